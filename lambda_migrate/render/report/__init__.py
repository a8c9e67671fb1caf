"""How a report is drawn: one page of HTML, Markdown, and a runbook."""
