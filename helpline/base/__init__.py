"""What everything stands on: the clock, the calendar, numbers of phones, errors, and the outside as
protocols."""
