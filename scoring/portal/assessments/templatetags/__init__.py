"""What templates say of points and days."""
