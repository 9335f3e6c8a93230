"""What makes things durable: the lock of the database folder and the alarm journal."""
