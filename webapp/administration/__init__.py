"""The administrators' own site: signing in, who may see it, and what is kept of what they did."""
