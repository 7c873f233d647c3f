"""The contract's tables, as Parquet files, one a day."""
