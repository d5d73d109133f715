"""The desk in the browser, one folder for each group of pages."""
