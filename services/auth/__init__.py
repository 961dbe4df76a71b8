"""Who is there: sign-up, sessions, forgotten passwords."""
