-- Mistake: It runs a program on the server's machine.
-- Place: behind
COPY (SELECT 1) TO PROGRAM 'cat';
