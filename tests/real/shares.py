"""How much of the data the tests learn from: enough for the behaviour, little enough for the time."""

ORDER_LINES = 100_000  # the first ones of Online Retail: December 2010 to March 2011
STAR_SHARE = 16  # every sixteenth contact
