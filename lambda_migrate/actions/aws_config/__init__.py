"""Changes to rules of AWS Config."""
