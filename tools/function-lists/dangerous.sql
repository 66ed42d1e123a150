select reason, string_agg(distinct name, ' ' order by name)
from classified
join (select reason, min(position) as position from rules group by reason) as r using (reason)
where class = 'denied'
group by reason, r.position
order by r.position;
