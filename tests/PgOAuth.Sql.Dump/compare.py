#!/usr/bin/env python3
"""Compares PgOAuth.Sql.Dump with the SQL corpus.

usage: compare.py CORPUS.jsonl.gz [--show KIND|false-accept|false-reject] [--limit N] [--dump PATH]
Prints false accepts first, then agreement by kind of statement. A text counts for the kind of its first statement.
"""
import argparse, collections, gzip, json, os, subprocess, sys, tempfile

a = argparse.ArgumentParser()
a.add_argument('corpus')
a.add_argument('--show')
a.add_argument('--limit', type=int, default=20)
a.add_argument('--dump', default=os.path.join(os.path.dirname(__file__), 'bin/Release/net10.0/PgOAuth.Sql.Dump'))
o = a.parse_args()
rows = [json.loads(l) for l in gzip.open(o.corpus, 'rt', encoding='utf-8', newline='\n')]
with tempfile.TemporaryFile() as f:
    for r in rows:
        f.write(json.dumps({'id': r['id'], 'sql': r['sql']}).encode() + b'\n')
    f.seek(0)
    out = subprocess.run([o.dump], stdin=f, stdout=subprocess.PIPE)
lines = out.stdout.decode().split('\n')[:-1]
if len(lines) != len(rows):
    print(f'{len(lines)} answers to {len(rows)} texts, exit code {out.returncode}; after:', rows[len(lines)]['sql'][:300])
    sys.exit(2)

def norm(v):
    return sorted(json.dumps(x) for x in v) if isinstance(v, list) else v

false_accepts, bad, kinds = [], collections.defaultdict(list), collections.Counter()
rejected = 0
for r, l in zip(rows, lines):
    want, got = r['oracle'], json.loads(l)
    kind = (want.get('stmts') or [{'kind': '(none)'}])[0]['kind']
    if not want['ok']:
        rejected += 1
        if got['ok']:
            false_accepts.append((r['sql'], want.get('error')))
        continue
    kinds[kind] += 1
    if not got['ok']:
        bad[kind].append((r['sql'], f"rejected: {got.get('error')} at {got.get('pos')}"))
        continue
    if len(want['stmts']) != len(got['stmts']):
        bad[kind].append((r['sql'], f"{len(got['stmts'])} statements, not {len(want['stmts'])}"))
        continue
    diff = {}
    for i, (w, g) in enumerate(zip(want['stmts'], got['stmts'])):
        for k in w:
            if norm(w[k]) != norm(g.get(k)):
                diff[f'{i}.{k}'] = (w[k], g.get(k))
    if diff:
        bad[kind].append((r['sql'], diff))

print(f'false accepts: {len(false_accepts)} of {rejected} rejected')
for sql, error in false_accepts[:None if o.show == 'false-accept' else 10]:
    print('   ', json.dumps(sql[:400], ensure_ascii=False), '|', error)
total, wrong = sum(kinds.values()), sum(map(len, bad.values()))
print(f'agreement on accepted: {total - wrong} of {total} = {100 * (total - wrong) / total:.3f} %')
for k, n in kinds.most_common():
    print(f'  {k:30} {n - len(bad[k]):6} of {n:6}  {100 * (n - len(bad[k])) / n:7.2f} %')
if o.show in bad or o.show == 'false-reject':
    for sql, d in (bad[o.show] if o.show in bad else sum(bad.values(), []))[:o.limit]:
        print('---', json.dumps(sql[:600], ensure_ascii=False))
        print('      ', d)
