"""How fast a large folder is analysed, next to parsing it alone, and how much memory that takes."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from lambda_migrate.analyzer.module import collection_paused

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20
LINES = 300_000
LINES_A_FILE = 250
MOST_BYTES_A_LINE = {"as services are": 100, "without findings": 30}
BLOCKS = (
    '''

@router.get("/orders/{order_id}", response_model=Order)
async def read_order_NUMBER(
    order_id: int,
    session: Session = Depends(get_session),
) -> Order:
    """Return one order.

    Raises 404 when there is no such order, and 403 when
    it belongs to somebody else.
    """
    statement = (
        select(Order)
        .where(Order.id == order_id)
        .options(selectinload(Order.lines))
    )
    result = await session.execute(statement)
    order = result.scalar_one_or_none()
    if order is None:
        raise HTTPException(
            status_code=404,
            detail=f"order {order_id} not found",
        )

    logger.info("read order %s", order_id, extra={"number": NUMBER})
    return order
''',
    '''

class InvoiceNUMBER(Base):
    """An invoice and what was paid of it."""

    __tablename__ = "invoices_NUMBER"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(String(80), index=True)
    total: Mapped[Decimal] = mapped_column(
        Numeric(12, 2),
        default=Decimal("0.00"),
    )
    lines: Mapped[list["Line"]] = relationship(
        back_populates="invoice",
        cascade="all, delete-orphan",
    )

    @property
    def is_paid(self) -> bool:
        """Whether nothing is left to pay."""
        # Payments that were called back do not count.
        paid = sum(p.amount for p in self.payments if p.done)
        return self.total <= paid
''',
    '''

def totals_NUMBER(rows, *, currency="EUR", limit=None):
    """Add up what each customer has to pay."""
    result = defaultdict(Decimal)
    errors = []
    for position, row in enumerate(rows):
        if limit is not None and position >= limit:
            break
        try:
            amount = convert(row["amount"], row.get("currency"), currency)
            result[row["customer"]] += amount
        except (KeyError, ValueError) as error:
            # A broken row must not stop the others.
            errors.append({"row": position, "error": str(error)})
        else:
            result["count"] += 1

    ordered = sorted(result.items(), key=lambda pair: pair[1])
    return {key: round(value, 2) for key, value in ordered}, errors
''',
    '''

def upload_NUMBER(event, context):
    """Store what was uploaded, for events of the bucket."""
    if "Records" in event:
        for record in event["Records"]:
            key = unquote_plus(record["s3"]["object"]["key"])
            bucket = record["s3"]["bucket"]["name"]
            target = f"/tmp/{key}"

            s3.download_file(bucket, key, target)
            print("stored", key)
    return {
        "statusCode": 200,
        "body": json.dumps({"number": NUMBER}),
    }
''',
)
HARMLESS = BLOCKS[1:3]
HEAD = "import json\nimport os\nfrom collections import defaultdict\nfrom decimal import Decimal\n"
CLIENT = "import boto3\ns3 = boto3.client('s3')\n"


def generate(root: Path, lines: int, *, harmless: bool = False) -> list[Path]:
    """Write a folder of that many lines, of code as services have it or with nothing to find, and return its files."""
    blocks, client = (HARMLESS, "") if harmless else (BLOCKS, CLIENT)
    generator = random.Random(SEED)  # the same folder every time
    files: list[Path] = []
    written = 0
    while written < lines:
        number = len(files)
        parts = [
            HEAD,
            f"from package_{number % 40}.module_{max(number - 40, number % 40)} import x\n",
            client,
        ]
        count = 7
        while count < min(LINES_A_FILE, lines - written):
            block = generator.choice(blocks).replace("NUMBER", str(generator.randrange(10**6)))
            parts.append(block)
            count += block.count("\n")
        path = root / f"package_{number % 40}" / f"module_{number}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("".join(parts), encoding="utf-8")
        files.append(path)
        written += "".join(parts).count("\n")
    return files


def parse_only(files: list[Path]) -> float:
    with collection_paused():
        started = time.perf_counter()
        for path in files:
            ast.parse(path.read_bytes())
        return time.perf_counter() - started


def peak_memory(root: Path) -> float:
    """Return the peak memory in MB of a fresh process that analyses a folder alone (Linux)."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lambda_migrate.analyzer import analyze\n"
        "analyze(Path(sys.argv[1]), None, workers=1)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(  # this very Python
        [sys.executable, "-c", program, str(root)], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


@pytest.mark.benchmark
def test_lines_a_second_and_memory(tmp_path: Path) -> None:
    large = tmp_path / "large"
    files = generate(large, LINES)
    lines = sum(path.read_bytes().count(b"\n") for path in files)

    parsing = parse_only(files)
    times = {}
    for workers in (1, 2):
        started = time.perf_counter()
        analysis = analyze(large, None, workers=workers)
        times[workers] = time.perf_counter() - started
        assert analysis.line_count == lines
        assert analysis.findings

    print(f"\nanalyze, {lines:,} lines in {len(files):,} files, {len(analysis.findings):,} findings")  # the measurement
    print(f"  ast.parse alone        {lines / parsing:>10,.0f} lines/s   1.00 x")
    for workers, seconds in times.items():
        name = f"analyze, {workers} process{'es' if workers > 1 else ''}"
        print(f"  {name:<22} {lines / seconds:>10,.0f} lines/s {seconds / parsing:>6.2f} x the time")
    for kind, most in MOST_BYTES_A_LINE.items():
        harmless = kind == "without findings"
        small, whole = tmp_path / f"tenth, {kind}", tmp_path / f"whole, {kind}"
        generate(small, LINES // 10, harmless=harmless)
        generate(whole, LINES, harmless=harmless)
        least, peak = peak_memory(small), peak_memory(whole)
        kept = (peak - least) * 2**20 / (LINES * 9 // 10)
        print(f"  peak memory            {least:>6.0f} MB for a tenth, {peak:.0f} MB for all: ", end="")
        print(f"{kept:.0f} bytes a line, {kind}")
        # Only names and what was found is kept: a syntax tree takes more than a thousand bytes a line.
        assert kept < most
