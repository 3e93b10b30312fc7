"""The practice page: drills, the clock and scenes, for whoever teaches."""
