-- Comparisons hold which lines were added, too. Those that were read before are read once more.
DELETE FROM comparison;
DELETE FROM read WHERE signal = 'comparison';
DELETE FROM validator WHERE signal = 'comparison';
