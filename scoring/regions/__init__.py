"""地区汇总: the results of many offices, or of one with regions, rolled up along the tree of regions."""
