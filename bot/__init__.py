"""An assistant that answers job candidates' questions with what HR wrote, and with nothing else."""
