"""World regions as Panama's migration service names them in its tables, and which country counts where.

The names are the service's. Which country belongs where follows the continents of the United Nations' M49; that the
service counts Russia, the Caucasus and Central Asia as Eurasia is assumed: no source says so.
"""

from __future__ import annotations

OTHER = "Otras"
REGIONS: dict[str, str] = {
    "América del Sur": "ARG BOL BRA CHL COL ECU FLK GUF GUY PER PRY SUR URY VEN",
    "América Central": "BLZ CRI GTM HND NIC PAN SLV",
    "América del Norte": "BMU CAN GRL MEX SPM USA",
    "Antillas": "ABW AIA ATG BES BHS BLM BRB CUB CUW CYM DMA DOM GLP GRD HTI JAM KNA LCA MAF MSR MTQ PRI SXM TCA TTO "
    "VCT VGB VIR",
    "África": "AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ KEN LBR "
    "LBY LSO MAR MDG MLI MOZ MRT MUS MWI MYT NAM NER NGA REU RWA SDN SEN SHN SLE SOM SSD STP SWZ SYC TCD TGO TUN TZA "
    "UGA ZAF ZMB ZWE",
    "Asia": "AFG ARE BGD BHR BRN BTN CHN HKG IDN IND IRN IRQ ISR JOR JPN KHM KOR KWT LAO LBN LKA MAC MDV MMR MNG MYS "
    "NPL OMN PAK PHL PRK PSE QAT SAU SGP SYR THA TIB TLS TUR TWN VNM YEM",
    "Europa": "ALA ALB AND AUT BEL BGR BIH BLR CHE CYP CZE DEU DNK ESP EST FIN FRA FRO GBR GGY GIB GRC HRV HUN IMN IRL "
    "ISL ITA JEY LIE LTU LUX LVA MCO MDA MKD MLT MNE NLD NOR POL PRT RKS ROU SMR SRB SVK SVN SWE UKR VAT XKX",
    "Eurasia": "ARM AZE GEO KAZ KGZ RUS TJK TKM UZB",
    "Oceanía": "ASM AUS COK FJI FSM GUM KIR MHL MNP NCL NFK NIU NRU NZL PLW PNG PYF SLB TKL TON TUV VUT WLF WSM",
}
_OF = {code: region for region, codes in REGIONS.items() for code in codes.split()}


def region_of(nationality: str) -> str:
    """The region of an alpha-3 code; what has none (stateless, unknown, other) is OTHER."""
    return _OF.get(nationality, OTHER)
