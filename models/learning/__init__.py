"""What a site's moderators teach: weights beside the shipped model's, learned in one pass and served from arrays."""
