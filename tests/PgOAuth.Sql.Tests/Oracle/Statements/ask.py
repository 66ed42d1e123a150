#!/usr/bin/env python3
"""Adds PostgreSQL's answers to statements, for OracleTests.

usage: ask.py ORACLE_FOLDER < TEXTS > NAME.jsonl

ORACLE_FOLDER holds the SQL corpus's oracle.mjs (after npm ci). TEXTS are JSON Lines: {"sql": ".."}, other fields are ignored.
"""
import json, os, subprocess, sys

texts = list(dict.fromkeys(json.loads(line)['sql'] for line in sys.stdin.buffer.read().decode().split('\n') if line.strip()))
questions = ''.join(json.dumps({'id': number, 'sql': sql}) + '\n' for number, sql in enumerate(texts))
answers = subprocess.run(['node', os.path.join(sys.argv[1], 'oracle.mjs')], input=questions.encode(), stdout=subprocess.PIPE, check=True)
lines = answers.stdout.decode().split('\n')[:-1]
assert len(lines) == len(texts), f'{len(lines)} answers to {len(texts)} texts'
for sql, line in zip(texts, lines):
    answer = json.loads(line)
    del answer['id']
    sys.stdout.buffer.write(json.dumps({'sql': sql, 'oracle': answer}, ensure_ascii=False, separators=(',', ':')).encode() + b'\n')
