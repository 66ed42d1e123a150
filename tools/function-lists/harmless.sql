select case class when 'values' then 'values: depends on its arguments, and at most on settings such as the time zone'
                  when 'aggregates' then 'aggregates: aggregates and window functions'
                  when 'moments' then 'moments: the clock and chance'
                  when 'definitions' then 'definitions: names and definitions of objects, which every role can read; no table''s content'
                  when 'session' then 'session: who and where the session is'
                  when 'sampling' then 'sampling: the methods of TABLESAMPLE' end,
       string_agg(distinct name, ' ' order by name)
from classified
where class in ('values', 'aggregates', 'moments', 'definitions', 'session', 'sampling')
group by class
order by array_position(array['values', 'aggregates', 'sampling', 'moments', 'session', 'definitions'], class);
