"""From the development data sets to files that `wellput import` takes; nothing of them is in the product."""
