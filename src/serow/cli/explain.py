"""serow explain: why a text is decided as it is."""

from __future__ import annotations

from typing import get_args

import click

from serow.model import Listing, Surface


@click.command()
@click.argument("text")
@click.option("--description", default="", help="Further text of the listing.")
@click.option("--surface", type=click.Choice(get_args(Surface)), default="listing", show_default=True)
@click.option("--price", type=float, help="The price, if one is asked.")
@click.option("--policy", default="coalition", show_default=True, help="Name of a shipped policy, or a YAML file.")
@click.option("--clause", help="Also say why this clause applied, or why it did not.")
@click.option("--jurisdiction", default="", help="Whose law to show beside CITES, e.g. EU,UK.")
@click.option("--second-opinion/--no-second-opinion", default=True, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The decision as the JSON object of serow screen.")
def explain(
    text: str, description: str, surface: Surface, price: float | None, policy: str, clause: str | None, jurisdiction: str, second_opinion: bool, as_json: bool
) -> None:
    """Show every finding in TEXT, how the score adds up, what the law says and which clauses applied."""
    from rich.console import Console

    from serow.cli.show import explain_decision
    from serow.knowledge.errors import DataError
    from serow.policy import Compiled, explain_clause
    from serow.screener import Screener

    screener = Screener.load(policy, second_opinion=second_opinion, jurisdictions=tuple(p for p in jurisdiction.split(",") if p))
    listing = Listing(id="explained", title=text, description=description, surface=surface, price=price)
    decision = screener.screen(listing)
    if as_json:
        import msgspec

        from serow.output import decision_row

        click.echo(msgspec.json.encode(decision_row(decision)))
        return
    console = Console()
    explain_decision(console, listing, decision, screener.policy)
    if clause:
        try:
            lines = explain_clause(Compiled(screener.policy), screener.facts(listing, decision.assessment), clause)
        except KeyError:
            known = ", ".join(c.id for c in screener.policy.clauses)
            raise DataError(screener.policy.id, 0, f"no clause {clause!r}", f"Its clauses: {known}.") from None
        console.print(f"\nclause {clause}:")
        for line in lines:
            console.print(f"  {line}", markup=False)
