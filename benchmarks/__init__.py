"""What the speed figures come from."""
