"""Exports: made things as files that open elsewhere (PDF, PPTX, PNG, SVG, HTML, ZIP)."""
