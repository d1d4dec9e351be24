"""Made things looked at by a real browser: checks, probes, thumbnails, and pages for exports."""
