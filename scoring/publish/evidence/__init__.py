"""证明材料: 核对结果.xlsx, 公开时效.xlsx, and the same on the screen and for programs."""
