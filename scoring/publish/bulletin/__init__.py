"""日办结, 周通报, 月排名, 季小结, 半年总结: the bulletins of a year as papers."""
