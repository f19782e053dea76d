"""A fictional market and its carriers, so the main job can be seen without a real person or a real vendor."""
