"""Every weight of the matcher, in nats (natural logarithms of likelihood ratios), and the names of what it finds.

A weight is log P(finding | same person) - log P(finding | two people), fitted by hand and by search on one half of
labelled names; docs/screening.md gives the measurements. No weight depends on where somebody comes from.
"""

import numpy as np

MIDPOINT, SCALE = 5.0, 2.0
"""Nats at which the scale of 0 to 1 reads one half, and nats by which it moves one logit."""

# How two tokens meet, and what a whole name adds: numbers for the kernels, names for everybody else.
NOTES = (
    "same_token",
    "same_sound",
    "same_name",
    "same_consonants",
    "one_letter_off",
    "abd_left_out",
    "joined",
    "initial",
    "resembles",
    "other_token",
    "token_not_listed",
    "token_not_said",
    "whole_name",
    "nearly_whole_name",
    "names_say_no_more",
    "only_alike",
    "another_name",
    "part_of_name",
    "only_common",
)
EXACT, SOUND, EQUIVALENT, SKELETON, EDIT, SERVANT, JOINED, INITIAL, RESEMBLES = range(9)
OTHER, UNLISTED, UNSAID, WHOLE_NAME, NEARLY_NAME, NO_MORE, ONLY_ALIKE_NAME, ANOTHER_NAME = range(9, 17)
PART_OF_NAME, ONLY_COMMON_NAME = 17, 18

RAREST = 1e-4
"""No token is taken to be rarer than one name in ten thousand, however small the list it was seen in."""
PSEUDO_ENTRIES = 2000
"""A list of few entries says little about how common its names are; this many imagined ones keep it modest."""
DEPENDENCE = 0.5
"""Share of a token's rarity that counts: families, regions and copied spellings make tokens dependent."""
DISCOUNT = np.array([0.4, 0.6, 0.7, 1.0, 1.3, 1.3, 0.6, 0.0, 1.9])
"""Nats taken off for the way two tokens meet: -log P(the same person's name is met that way)."""
UNVOWELED_DISCOUNT = 0.6
LEAST = 0.1
SHORTEST_SKELETON, SHORTEST_BARE_SKELETON = 3, 2
SHORTEST_EDIT, MOST_LETTERS_OFF = 4, 3
LONG_EDIT, SHORT_EDIT = 6, 0.6
"""One letter of a short token says less: below this length, so many nats are taken off."""
FIRST_LETTER = 1.0
"""A letter too much or another one at the beginning says less: Troost is not Rost."""
INITIAL_WEIGHT = 0.3
RESEMBLING = 0.87
"""Jaro-Winkler similarity from which two tokens resemble each other."""
JOINED_SPREAD, SHORTEST_PART, SHORTEST_JOINED, LONGEST_JOINED, SHORTEST_JOINED_EDIT = 4, 2, 5, 18, 8

CONFLICT = -3.6
"""Nats for a token on each side that met nothing: a person seldom has two different names in one place."""
SOMEWHAT_ALIKE, SOMEWHAT_FROM = 1.6, 0.7
"""Nats by which a contradiction is less when the two tokens nearly resemble each other."""
NOT_LISTED, NOT_LISTED_BARE, NOT_SAID, LETTER_LEFT = -1.9, -1.4, -0.9, -0.3
"""Nats for a token that only the person or only the list has (a letter weighs less): second surnames come and go."""
MOST, SOFT, SOFT_OVER = 10.5, 1.5, 6.0
"""Nats that names can bring at most, so that however many tokens agree a different birth date still counts. The last
SOFT of them are only approached, so that more still ranks before less.
"""
WHOLE = 6.2
"""Nats that the same whole name of two tokens or more brings at least, however common it is."""
NEARLY_WHOLE, NEARLY_FROM, SHORTEST_RESPELT = 5.2, 2.5, 5
"""Nats that a whole name brings at least when one part is the same and the others are spelt another way, unless its
parts are so common that they do not bring the second figure.
"""
PART, PART_FROM, MOST_UNSAID, MOST_UNLISTED, SHORTEST_PART_SOUND = 5.0, 2.4, 3, 1, 4
"""Nats that a part of a name brings at least where no birth date can be compared; from how many, and how much of the
rest of the name the list or the person may have besides. A part that only sounds the same has so many letters.
"""
ONLY_COMMON, COMMON = -0.7, 2.0
"""Nats when one token contradicts and the others together are too common to bring the second figure."""
ONLY_ALIKE = -1.5
"""Nats when one token contradicts and no other is more than alike: two people born on one day are often that close."""
MOST_CONTRADICTED, MOST_CONTRADICTED_BARE = 2.1, 4.9
"""Nats that names can bring at most while a token contradicts: strangers share whole blocks of given names. The second
is for a script that writes no vowels, where one name easily looks like two.
"""
LEAST_OF_ALL = -6.0
"""Nats that a wholly different name takes at most: people give other names, and a stolen passport has its owner's."""
WEAK_ALIAS = -1.5
OTHER_READING = -1.5
"""Nats for a name in Han read as in a language it is less likely of: it may be read so, but seldom is."""
ALONE, WHOLE_ALONE, SHORTEST_ALONE = 0.6, 6.2, 2
"""Share of its weight that the only token of two names brings on top: nothing else is there to depend on it. And nats
that it brings at least, if it has so many letters and neither side is known by more than one word.
"""
SURE_BESIDE_INITIALS = 3.0
"""Nats that the tokens beside initials must bring before the whole name counts as nearly the same."""

DATE_NOTES = (
    "same_day",
    "same_first_january",
    "same_month",
    "year_agrees",
    "range_agrees",
    "day_month_swapped",
    "day_or_month_off",
    "one_year_off",
    "same_year",
    "month_off",
    "two_years_off",
    "few_years_off",
    "different_birth_date",
)
(
    D_SAME_DAY,
    D_FIRST_JANUARY,
    D_SAME_MONTH,
    D_YEAR,
    D_RANGE,
    D_SWAPPED,
    D_PART_OFF,
    D_ONE_YEAR,
    D_SAME_YEAR,
    D_MONTH_OFF,
    D_TWO_YEARS,
    D_FEW_YEARS,
    D_DIFFERENT,
) = range(13)
SAME_DAY, PLACEHOLDER_DAY, SAME_MONTH, YEAR_ONLY, SWAPPED, ONE_PART_OFF = 7.5, 4.5, 5.0, 2.5, 4.5, 1.8
SAME_YEAR, ONE_YEAR_OFF, TWO_YEARS_OFF, FEW_YEARS_OFF, DIFFERENT = -0.9, -1.0, -2.0, -4.8, -6.0
LEAST_RANGE = 0.2
YEARS_APART = (0.0, ONE_YEAR_OFF, TWO_YEARS_OFF, FEW_YEARS_OFF, FEW_YEARS_OFF, DIFFERENT)
"""The weight by how many years lie between two dates that have nothing else in common; the last for all beyond."""
SAME_SEX, OTHER_SEX = 0.3, -2.5
SAME_DOCUMENT, SAME_SHORT_NUMBER, SAME_NUMBER_ELSEWHERE = 17.5, 13.0, 6.0
"""Nats for a document of both: it alerts under any name and birth date, for papers are lent, stolen and forged. A
number of fewer signs than LONG_NUMBER may be another document's, and one of another country is.
"""
LONG_NUMBER = 7

SLACK, WHOLE_SLACK = 1.5, 3.4
"""Nats that looking side by side may add to what was foreseen: ordinarily; when both names have as many tokens."""
JOINED_FORESEEN = max(LEAST, DEPENDENCE * 9.21 - 0.6)
"""What two tokens written as one may bring: as much as the rarest."""
SMALL, MOST_SCORED = 64, 200
"""Up to so many aliases all are looked at side by side; of more the best foreseen, up to the second figure."""
