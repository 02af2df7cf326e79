"""The formats of lists by name, apart from their readers: a command names them without loading any."""

FORMATS = (
    "ofac-csv",
    "ofac-xml",
    "un-xml",
    "eu-xml",
    "eu-csv",
    "uk-xml",
    "uk-csv",
    "interpol-json",
    "ftm-json",
    "csv",
    "jsonl",
)
