-- Numbers begin anew with the cards.
DELETE FROM counter WHERE name LIKE 'card:%';
DROP TABLE card;
