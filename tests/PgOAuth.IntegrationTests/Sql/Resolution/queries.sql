select id from t
select * from t
select t.* from t
select name as secret from t order by secret
select name as n from t order by secret
select name from t order by 1
select lower(name) as secret from t group by 1 order by 1
select count(*) from t
select 1 from t
select count(secret) from t
select t from t
select t::text from t
select (t).secret from t
select (t).* from t
select (t.*)::text from t
select row(t.*) from t
select to_jsonb(t) from t
select row_to_json(t) from t
select array_agg(t) from t
select string_agg(t::text, ',') from t
select format('%s', t) from t
select concat(t) from t
select max(t::text) from t
select count(t) from t
select count(t.*) from t
select 1 from t where t = row(1, 'guess', null, null, null, null, null)::t
select secret(t) from t
select "secret"(t) from t
select name(t) from t
select full_name(t) from t
select t.full_name from t
select (t).full_name from t
select (p).secret from t
select (t.p).x from t
select (p).* from t
select p from t
select (ps[1]).secret from t
select ps[id] from t
select (d).secret from t
select tags[1:id] from t
select (t).p.x from t
select ((t).p).x from t
select t.tags[1] from t
select * from t as q(a, b, c)
select c from t as q(a, b, c)
select q.b from t as q(a, b, c)
select secret from (select id, name from t) as x(id, secret)
select a from (select secret from t) as x(a)
select x from (select * from t) as q(x)
select secret from (select name, secret from t) q(secret, other)
select * from t join u on t.id = u.t_id
select t.name from t join u on t.id = u.t_id where u.amount > 3
select name from t join u using (id)
select id from t join u using (id)
select * from t join u using (id)
select * from t natural join u
select name from t natural join w
select 1 from t natural join (values ('guess')) z(secret)
select 1 from t join (values ('guess')) z(secret) using (secret)
select 1 from t left join u using (id, secret)
select j.id, j.secret from t join u using (id, secret) as j
select j from t join u using (id) as j
select j.b from (t join u on t.id = u.t_id) as j(a, b)
select j.* from (t join u on t.id = u.t_id) as j(a, b, c, d1, e, f, g, h, i, k, l, m, n)
select note from (t natural join u) as j
select z from (t join u using (id)) as j(x, y, z)
select secret from (t natural join u) as j
select * from (t natural join u) natural join w
select * from t full join u using (id) full join w using (id)
select id from t full join u using (id) full join w using (id)
select * from t cross join u
select a.name from t a, t b where a.id = b.id and b.secret = 'x'
select a.name from t a join (u join w on u.id = w.id) on a.id = w.id
select t.id from (t join u on t.id = u.t_id) join w on w.id = u.id
select public.t.secret from t
select public.t.secret from public.t
select public.t.* from public.t
select app.t.owner from app.t
select t.owner from app.t
select "Secret" from "Mixed Case"
select "a""b" from "Mixed Case" m
select m."Id" from "Mixed Case" as m
select "Mixed Case" from "Mixed Case"
select U&"\0053ecret" from "Mixed Case"
select NAME from T
select ctid from t
select tableoid, xmin from t
select t.ctid from t where ctid = '(0,1)'
select secret from only t
select secret from t *
select secret from parent
select secret from only parent
select secret, extra from child
select secret from part
select secret from part_b
select id from part_b where at = '2021-01-01'
table t
table v
select secret from v
select name from mv
select last_value from s
select a, b from gone
select * from gone
select g.z from gone g(x, y, z)
select id from t where secret = 'a'
select id from t where secret is null
select id from t order by secret
select id from t order by secret using <
select count(*) from t group by secret
select name as secret, count(*) from t group by secret, name
select count(*) from t having max(secret) > 'a'
select distinct on (secret) id from t
select distinct on (x) id as x from t
select distinct id from t
select sum(id) over (partition by secret) from t
select sum(id) over (order by secret) from t
select sum(id) over w from t window w as (partition by name order by secret)
select count(*) filter (where secret > 'a') from t
select percentile_cont(0.5) within group (order by id) from t
select mode() within group (order by secret) from t
select rank(1) within group (order by id) from t
select string_agg(name, ',' order by secret) from t
select array_agg(distinct name) from t
select id from t limit (select max(amount) from u)
select id from t offset (select count(secret) from u)
select case when secret = 'a' then 1 else id end from t
select coalesce(secret, name) from t
select nullif(name, secret) from t
select greatest(name, secret), least(id, 3) from t
select extract(year from at) from u
select at at time zone 'UTC' from u
select overlay(secret placing 'x' from 1) from t
select substring(secret from 1 for 2), substring(name, 1), trim(both from name), position('a' in secret) from t
select secret collate "C" from t
select secret like 'a%', name ilike 'b', name similar to 'c' from t
select id between 1 and 2, id in (1, 2), id = any (array[1]), name is distinct from secret from t
select row(id, secret) from t
select (id, name) < (1, secret) from t
select array[id, 1], array[[id], [2]] from t
select cast(secret as varchar(10)), id::numeric(10, 2), numeric '1.5' from t
select grouping(name), count(*) from t group by grouping sets ((name), (secret), ())
select name, count(*) from t group by rollup (name, secret)
select name, count(*) from t group by cube ((name, secret), id)
select (select secret from u where u.t_id = t.id limit 1) from t
select (select max(secret) from u) as m from t
select exists (select 1 from u where u.secret = t.name) from t
select id from t where id in (select t_id from u where secret = 'x')
select id from t where (id, name) = any (select id, note from u)
select id from t where id not in (select w.id from w where w.code = t.secret)
select array(select secret from u) from t
select (select name) from t
select (select t.name from u limit 1) from t
select (select secret from u where id = t.id) from t
select 1 from t where exists (select from u where t_id = t.id)
select * from t, lateral (select note from u where u.t_id = t.id) x
select * from t left join lateral (select amount from u where u.t_id = t.id and u.secret = t.secret) x on true
select x.secret from t, lateral (select t.secret) x
select s.y from (select x as y from (select secret as x from t) a) s
select s.n from (select name n, secret from t) s
select x from (select id from t) as secret(x)
select secret from (select id from t) as secret
select secret from (values (1, 2)) as secret(a, b)
select column1 from (values (1, 'a'), (2, 'b')) v
select column2, x from (values (1, 2, 3)) v(x)
values (1, 2), ((select id from t limit 1), 3)
select * from (values (1), ((select max(secret) from t)::int)) v
select secret from t union select code from w
select id, secret from t union all select id, code from w order by 2
select id from t intersect select id from u except select id from w
select id as k from t union select id from u order by k
(select id from t order by secret limit 1) union all (select id from u)
select x from (select id as x, name from t union select id, note from u) q
(with c as (select id from t) select id from c) union select id from u
with c as (select secret from t) select * from c
with c as (select secret, id from t) select id from c
with c(a, b) as (select id, secret from t) select a from c
with a as (select id from t), b as (select id from a) select * from b
with t as (select * from t) select secret from t
with t as (select id from u) select * from t
with t as (select id from u) select * from public.t
with c as materialized (select * from t) select (select max(name) from c)
with c as (with d as (select secret from t) select * from d) select 1 from c
with c as (select id from t) select * from (with c as (select note from u) select * from c) q
with recursive r as (select id, name from t union all select r.id, r.name from r join u on u.t_id = r.id) select * from r
with recursive r(n) as (values (1) union all select n + 1 from r where n < 3) select n from r
with recursive a as (select * from b), b as (select secret from t) select * from a
with recursive r(i, s) as (select id, secret from t where id = 1 union select t.id, t.name from t, r where t.id = r.i + 1) select s from r
with recursive r(n, p) as (select id, name from t union all select id, note from u, r where u.id = r.n) search depth first by n set ord select * from r order by ord
with recursive r(n, p) as (select id, name from t union all select u.id, note from u, r where u.id = r.n) search breadth first by n, p set ord cycle n set is_cycle using path select n, path from r where not is_cycle order by ord
with recursive r(n) as (select id from t union all select u.id from u, r where u.id = r.n) cycle n set mark to 'y' default 'n' using path select mark, path from r
with d as (delete from u where secret = 'x' returning note, t_id) select note from d
with i as (insert into w (id, code) values (1, 'a') returning *) select secret from i
with m as (update u set amount = 1 from t where t.id = u.t_id returning u.id, t.secret as ts) select ts from m
insert into w values (1, 'a', 'b')
insert into w default values
insert into w (id) values (1)
insert into w (code, secret) select name, secret from t
insert into w as x (id, code) values (1, 'a') returning x.id
insert into w (id, code) values (1, 'a') returning secret
insert into w (id, code) values (1, 'a') returning *
insert into w (id, code) values (1, 'a') returning w
insert into w (id, code) values (1, 'a') returning (select max(name) from t where t.secret = w.secret)
insert into w (id, code) values (1, 'a') on conflict do nothing
insert into w (id, code) values (1, 'a') on conflict (id, code) do nothing
/* excluded */ insert into w (id, code) values (1, 'a') on conflict (id, code) do update set code = excluded.code
insert into w (id, code) values (1, 'a') on conflict (id, code) do update set code = w.secret where w.id > 3
insert into w as x (id, code) values (1, 'a') on conflict (id, code) do update set (code, secret) = (excluded.secret, x.code) returning old.code, new.secret
/* excluded */ insert into w (id, code) values (1, 'a') on conflict on constraint w_id_code_key do update set code = (select name from t limit 1)
insert into t (p.x, tags[1]) values (1, 'a')
insert into other.only_here (k) select id from t where secret = 'a'
insert into w (id, code) with c as (select id, secret from t) select * from c
with c as (select secret from t) insert into w (code) select secret from c
update t set name = 'x'
update t set name = secret
update t set name = 'x' where secret = 'a'
update t as q set name = q.secret where q.id = 1
update t set name = u.note from u where u.t_id = t.id
update t set (name, secret) = (select note, secret from u where u.t_id = t.id)
update t set (name, secret) = row(secret, name)
update t set name = 'x' returning *
update t set name = 'x' returning old.secret
update t set name = 'x' returning with (old as o, new as n) o.name, n.secret
update t set name = 'x' returning old
update t set name = 'x' returning old.*, new.id
update t set tags[id] = 'x'
update t set p.x = 1 where (p).secret = 'a'
update only parent set secret = 'x'
update t set name = default
update t set name = (select secret from w limit 1) from u join w on u.id = w.id where t.id = u.id returning w.code
delete from t
delete from t where secret = 'a'
delete from t using u where u.t_id = t.id and u.secret = 'x'
delete from t as q using u where q.id = u.id returning q.*, u.note
delete from only parent where id = 1
with c as (select id from u) delete from t using c where c.id = t.id
merge into w using t on w.id = t.id when matched then update set code = t.name
merge into w using t on w.id = t.id when not matched then insert (id, code) values (t.id, t.secret)
merge into w as x using (select id, secret as z from t) y on x.id = y.id when matched and x.secret = 'a' then delete when not matched then insert values (y.id, 'a', y.z)
merge into w using t on w.id = t.id when matched then do nothing when not matched by source and w.secret = 'x' then update set secret = 'y'
merge into w using t on w.id = t.id when matched then update set code = w.secret returning merge_action(), w.*, t.name
merge into w using t on w.id = t.id when matched then delete returning old.code, new.secret
merge into w using t on w.id = t.id when not matched then insert default values
select x from generate_series(1, 3) x
select x from generate_series(1, 3) as g(x)
select generate_series from generate_series(1, 3)
select g from t, generate_series(1, t.id) g
select secret, g from t, generate_series(1, 3) with ordinality as g(g, o)
select ordinality from unnest(array[1, 2]) with ordinality
select tag from t, unnest(t.tags) tag
select u.n from t, unnest(tags) as u(n)
select x.secret from t, unnest(ps) x
select * from unnest(array['a', 'b'], array[1, 2]) as x(a, b)
/* type */ select * from row_set()
/* type */ select secret from row_set()
/* type */ select r from row_set() r
/* type */ select r.name from row_set() as r(id, name)
select x, y from table_set(1)
select q from table_set(1) as z(p, q)
select only_one from one_out()
select a from any_record() as (a int, b int)
select z.b from any_record() as z(a int, b int)
select n from scalar_set(1) n
select scalar_set from scalar_set(1)
select secret from scalar_set(1) secret
select * from rows from (scalar_set(1), table_set(2)) as z
select a, b from rows from (any_record() as (a int, b int), scalar_set(3)) with ordinality
select d from rows from (generate_series(1, 2), generate_series(1, 3)) as z(c, d)
select (table_set(id)).* from t
/* type */ select (row_set()).secret
select scalar_set(id) from t
select same(t) from t
select (same(t)).secret from t
select with_defaults(1), with_defaults(1, b => 3), with_defaults(a => id) from t
select all_of(1, 2, id), all_of(variadic array[1, id]) from t
select app.helper(id) from t
/* type */ select j.* from json_populate_record(null::t, '{"secret":"x"}') j
select j.secret from json_to_recordset('[]') as j(id int, secret text)
select key, value from t, jsonb_each(to_jsonb(t.name))
select value from t, json_each_text(row_to_json(t))
select e from t, jsonb_array_elements('[1]'::jsonb) e
select x.* from t, xmltable('/r' passing (t.secret::xml) columns a int path 'a', b text default 'x') as x
select secret from t, json_table(to_jsonb(t.name), '$' columns (id for ordinality, secret text path '$.a', nested path '$.b' columns (c int path '$.c'))) as j(a, b2, c)
select json_object('a' : secret, 'b' : id) from t
select json_object('a' value name) from t
select json_array(secret, id) from t
select json_array(select secret from t)
select json_objectagg(name : secret), json_arrayagg(id order by secret) from t
select json_value(to_jsonb(secret), '$.a' passing id as x) from t
select json_query(to_jsonb(name), '$'), json_exists(to_jsonb(secret), '$') from t
select xmlelement(name a, xmlattributes(secret as b), name), xmlforest(id, secret as x) from t
select secret is json, name is normalized from t
select current_user, current_date, secret from t
select user from t
select id from t tablesample system (10)
select secret from t tablesample bernoulli (50) repeatable (3)
select id from t for update
select t.id from t, u for share of u
select id from (select id from t) x for update
select id from t where 't'::regclass = 16384
select nextval('s')
select setval('public.s', 3)
select currval('s'::regclass) from t
select id from t where id = (select oid::int from pg_class where relname = 't')
select attname from pg_attribute where attrelid = 't'::regclass
select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type y on y.oid = a.atttypid
select "name" "n" from t where ("secret") = any (select "secret" from "u")
select t1.name, t2.name from t t1, lateral (select t2.name, t1.id from t t2 where t2.secret = t1.secret) t2
select 1 from t a join u b on a.id = b.id join w c on c.id = b.id and c.secret = a.secret
select 1 from t join u on (select w.secret from w where w.id = t.id) = u.note
select a.x from (select id x from t) a join (select id x, secret from u) b using (x)
select x from (select id x from t) a natural join (select id x, secret from u) b
select max(x.secret) over () from (select t.*, u.note from t join u using (id)) x
select x.note from (select * from t join u using (id)) as x(k, l, m, n, o, p, q, r, s)
select s from (select * from t join u using (id)) as x(k, l, m, n, o, p, q, r, s)
select (select (select secret from t t3 where t3.id = t1.id) from u limit 1) from t t1
select sum((select count(*) from u where u.secret = t.secret)) from t
select id from t order by (select max(secret) from u)
select id, (select count(*) from w where w.code = name) as name from t order by name
select id from t group by id having id > (select min(id) from u where secret > 'a')
select * from (select id, secret from t) a(id) where a.secret = 'x'
select * from t where (select t.secret) = 'x'
select id from t where row(t.*) is not null
select t is null from t
select 1 from t where t is not null
select x.t from (select t from t) x
select (x.t).secret from (select t from t) x
select (x).t from (select t from t) x
select x from (select secret from t) x
select x::text from (select 1 as a from t) x
select id from v where v.secret = 'a'
select v from v
select public.full_name(t.*) from t
select id as "Secret" from t order by "Secret"
select not (secret = 'a' and name = 'b' or id > 1) from t
select interval '1 day' * id, date '2020-01-01' + id from t
select (array[secret, name])[id] from t
select ((array[t])[1]).secret from t
select (case when id > 1 then t end).name from t
select (select t from t limit 1).secret
select ((select t from t limit 1)).secret
select p = row(1, 'x')::pair from t
select 'ok'::mood, null::t
select t from t, unnest(array[id]) u
select (t).secret from t, unnest(array[id]) u
select secret(t) from t, unnest(array[id]) u
select x.t from (select t from t, unnest(array[id]) u) x
select 1 from t, unnest(array[id]) u group by t
select id from t where name === secret
select id from t where name operator(public.===) 'a'
select id from t where name operator(app.@@@) secret
select id from t where name === any (tags)
select id % name from t
select ## secret from t
select id from t where p = p
select id from t where p in (row(1, 'a')::public.pair)
select id from t where p like row(1, 'a')::public.pair
select id from t where p is distinct from p
select nullif(p, p) from t
select case p when p then 1 end from t
select 1 from t join t x using (p)
select 1 from (select p from t) a natural join (select p from t) b
select 'ok'::public.mood + 1
select array['ok'::public.mood] || 1::public.mood
select p::public.mood from t
select cast(p as public.mood) + id from t
select 1::public.mood
select mood 'ok' + 2
select (ps[1])::public.mood from t
select d = p from t
