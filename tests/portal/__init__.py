"""The portal: each group of views has its module."""
