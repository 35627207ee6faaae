"""The official Chinese words for a scheme and for what scoring gives; every document uses them."""
