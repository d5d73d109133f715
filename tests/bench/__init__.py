"""What helpline costs, told as ratios to bare yardsticks measured in the same run."""
