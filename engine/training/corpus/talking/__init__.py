"""Talk in four languages: who glm-nano is, what it can make, and what is beyond it."""
