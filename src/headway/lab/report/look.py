"""Colours of plots and the page's style sheet."""

from pathlib import Path

# Warm for the sync Session, blue for AsyncSession, after Okabe and Ito. The marks differ too: nothing is told by colour
# alone. In a file of its own a plot does not know what it lies on, so there they keep 3:1 on white and on black.
COLOURS = {
    "blocking": ("#c2470a", "#f08a4b"),
    "threadpool": ("#8f6a00", "#d9b13b"),
    "fair": ("#b04a86", "#e58bbf"),
    "async-psycopg": ("#2f86c4", "#74bdf0"),
    "async-asyncpg": ("#0a5fa5", "#5a9df0"),
    "headway": ("#0b7d63", "#3fc7a3"),
    "headway-shared": ("#7646b8", "#b99af2"),
    "floor": ("#5f5a54", "#b5aea4"),
    "other": ("#7d766c", "#9a9388"),
}
ON_BOTH = {
    "blocking": "#d9600f",
    "threadpool": "#a67c00",
    "fair": "#c75f9c",
    "async-psycopg": "#3f95d0",
    "async-asyncpg": "#2f72d0",
    "headway": "#13906f",
    "headway-shared": "#8e62d0",
    "floor": "#7c766e",
    "other": "#7d766c",
}
RULES = """
.plot text{font:500 11.5px/1 var(--font);fill:var(--plot-text)}
.plot .tick,.plot .axis-title,.plot .value{fill:var(--plot-quiet);font-weight:400;font-variant-numeric:tabular-nums}
.plot.narrow text{font-size:11px}
.plot .grid{stroke:var(--plot-grid);stroke-width:1}
.plot .axis{stroke:var(--plot-axis);stroke-width:1}
.plot .line{stroke:currentColor;stroke-width:2;stroke-linecap:round}
.plot .broken{stroke-dasharray:2 5}
.plot .k-floor.line{stroke-dasharray:6 4}
.plot .k-headway.line{stroke-width:3}
.plot .k-headway-shared.line:not(.broken){stroke-dasharray:10 4}
.plot .whisker{stroke:currentColor;stroke-width:1.2;opacity:.8}
.plot .mark{fill:currentColor;stroke:var(--plot-ground);stroke-width:1}
.plot .hollow{fill:var(--plot-hollow);stroke:currentColor;stroke-width:2}
.plot .cross{stroke:currentColor;stroke-width:2.4;fill:none}
.plot .leader{stroke:currentColor;stroke-width:1;opacity:.4}
.plot .quoted{stroke:var(--plot-quiet);stroke-width:1.3;stroke-dasharray:1.5 3.5;fill:none}
.plot .quoted-dot{fill:var(--plot-quiet)}
.plot .quoted-name{fill:var(--plot-quiet);font-style:italic;font-weight:400}
.plot .bar{fill:currentColor}
.plot .shade-0{fill-opacity:.42}
.plot .shade-1{fill-opacity:.95}
.plot .shade-2{fill-opacity:.08;stroke:currentColor;stroke-width:1.2}
.plot .span{stroke:var(--plot-text);stroke-width:1.4}
"""
FONT = 'Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif'


def paints(shade: int) -> str:
    """The stacks' colours on light (0) or dark (1)."""
    return "".join(f".k-{key}{{color:{both[shade]}}}" for key, both in COLOURS.items())


STANDALONE = (
    ".plot{" + f"--font:{FONT};" + "--plot-text:#7a746b;--plot-quiet:#7a746b;--plot-grid:rgb(128 128 128 / 25%);"
    "--plot-axis:#8a847b;--plot-ground:none;--plot-hollow:rgb(128 128 128 / 15%)}"
    + "".join(f".k-{key}{{color:{colour}}}" for key, colour in ON_BOTH.items())
    + RULES.replace("\n", "")
)
PAGE = (
    Path(__file__).with_name("page.css").read_text()
    + RULES
    + paints(0)
    + "@media screen and (prefers-color-scheme:dark){"
    + paints(1)
    + "}"
)
