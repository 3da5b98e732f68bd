"""What people take away: tables, the story of one number, the demonstration, a town folder to begin with."""
