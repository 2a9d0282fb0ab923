"""The database's changes of shape, one file each, applied in order when a database is opened."""
