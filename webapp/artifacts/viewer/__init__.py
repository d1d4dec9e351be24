"""A deck as one HTML file that shows itself: for exports and for publications."""
