"""What `helpline doctor` examines: the machine, the town, the outside."""
