"""The report of a lab run: `report.write(result, folder)`, `html_text`, `markdown_text` and `claims_markdown`."""

from headway.lab.report.writing import claims_markdown, html_text, markdown_text, write

__all__ = ["claims_markdown", "html_text", "markdown_text", "write"]
