-- who may do more than others is asked for by role: a few among all accounts
CREATE INDEX person_with_role ON person (role);
