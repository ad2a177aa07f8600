"""Programs that try to break a promise, each with a control that must break it."""
