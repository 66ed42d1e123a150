using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Joins.</content>
internal ref partial struct SqlResolution
{
    private void Join(int i)
    {
        var children = PushChildren(i);
        var count = _scopes.ChildCount - children;
        var start = _scopes.EntryCount;
        FromItem(_scopes.Child(children));
        var middle = _scopes.EntryCount;
        FromItem(_scopes.Child(children + 1));
        var end = _scopes.EntryCount;
        ref var node = ref _nodes[i];
        var next = 2;
        var namesStart = _scopes.ColumnCount;
        var usingAlias = -1;
        if (!Failed && (node.Flags & F.Natural) != 0)
        {
            Natural(start, middle, end, node);
        }
        else
        {
            while (!Failed && next < count && _nodes[_scopes.Child(children + next)].Kind == N.UsingColumn)
            {
                usingAlias = _nodes[_scopes.Child(children + next)].EndToken;
                UsingColumn(start, middle, end, _nodes[_scopes.Child(children + next++)].Token);
            }

            if (!Failed && usingAlias < 0 && next < count && _nodes[_scopes.Child(children + next)].Kind != N.AliasColumn)
            {
                // ON sees the join's own tables, and not those before them.
                var saved = Window(lateral: false);
                ref var level = ref _scopes.Level(_level);
                level.VisibleStart = start;
                level.VisibleEnd = end;
                Walk(_scopes.Child(children + next));
                Restore(saved);
            }
        }

        _scopes.CutChildren(children);
        if (Failed)
        {
            return;
        }

        var merged = _scopes.ColumnCount - namesStart;
        if (merged > 0)
        {
            _scopes.AddJoin(new SqlMergedJoin { Start = start, Middle = middle, End = end, NamesStart = namesStart, NamesCount = merged });
        }

        if (usingAlias >= 0 && usingAlias + 2 < node.EndToken && _tokens[usingAlias].Kind == T.RightParen && _tokens[usingAlias + 1].Kind == T.As)
        {
            // It names the merged columns only, and hides nothing.
            var entry = NewEntry();
            entry.Aliased = true;
            entry.ColumnsVisible = false;
            entry.Name = AddName(usingAlias + 2);
            entry.ColumnsStart = namesStart;
            entry.ColumnsCount = merged;
            _scopes.AddEntry(entry);
        }

        if (node.Payload >= 0)
        {
            JoinAlias(i, start, _scopes.EntryCount);
        }
    }

    // An alias for the whole join hides what is in it.
    private void JoinAlias(int i, int start, int end)
    {
        var entry = NewEntry();
        entry.Aliased = true;
        entry.Name = AddName(_nodes[i].Payload);
        entry.AccessFrom = _accesses.Count;
        entry.ColumnsStart = Flatten(start, end, out var open);
        entry.ColumnsCount = _scopes.ColumnCount - entry.ColumnsStart;
        entry.Open = open;
        AliasColumns(i, _nodes[i].Payload, ref entry);
        for (var j = _scopes.Level(_level).JoinStart; j < _scopes.JoinCount; j++)
        {
            // Done with: the alias has the merged columns.
            ref var join = ref _scopes.Join(j);
            join.NamesCount = join.Start >= start ? 0 : join.NamesCount;
        }

        if (_allowUnknown && _nodes[i - 1].Kind == N.AliasColumn)
        {
            // Its names go by position, and what the position is depends on columns nobody knows.
            ReadEntirely(start, end, _nodes[i]);
        }

        for (var e = start; e < end; e++)
        {
            ref var inner = ref _scopes.Entry(e);
            if (!inner.Hidden)
            {
                inner.Hidden = true;
                inner.ColumnsVisible = false;
                inner.NameVisible = false;
            }
        }

        _scopes.AddEntry(entry);
    }

    private void UsingColumn(int start, int middle, int end, int token)
    {
        Span<byte> buffer = stackalloc byte[MaxName];
        var name = buffer[..Fold(token, buffer)];
        if (!(ReadSide(start, middle, name, token) & ReadSide(middle, end, name, token)) && !AreNewColumns())
        {
            Missing("unknown column", token, token + 1);
            return;
        }

        _scopes.AddColumn(new SqlOutputColumn { Name = _scopes.AddName(name), Entry = -1, Column = -1 });
    }

    // A join's column on one side, recorded.
    private bool ReadSide(int start, int end, scoped ReadOnlySpan<byte> name, int token)
    {
        var hash = SqlName.HashOf(name);
        var found = false;
        for (var e = start; e < end; e++)
        {
            if (_scopes.Entry(e).ColumnsVisible)
            {
                found |= FindColumnOf(e, name, hash, token, token + 1) | _scopes.Entry(e).Open;
            }
        }

        return found;
    }

    // All columns that both sides have. Their place in the text is the join itself.
    private void Natural(int start, int middle, int end, in SqlNode node)
    {
        if (_allowUnknown)
        {
            // What the sides have in common is anybody's guess: all names stay, and all columns count.
            ReadEntirely(start, end, node);
            return;
        }

        var left = Flatten(start, middle, out var leftOpen);
        var right = Flatten(middle, end, out var rightOpen);
        var rightEnd = _scopes.ColumnCount;
        if (Failed || !Spend((long)(right - left) * (rightEnd - right), node.Token))
        {
            return;
        }

        if (leftOpen || rightOpen)
        {
            // A column nobody knows may be among them.
            Fail("columns of a natural join are not known", node);
            return;
        }

        for (var l = left; l < right; l++)
        {
            var name = _scopes.Column(l).Name;
            var merged = false;
            for (var r = right; r < rightEnd; r++)
            {
                if (_scopes.IsName(_scopes.Column(r).Name, _scopes.Bytes(name), name.Hash))
                {
                    merged = true;
                    ReadColumn(-1, r, node.Token, node.EndToken);
                }
            }

            if (merged)
            {
                ReadColumn(-1, l, node.Token, node.EndToken);
                _scopes.AddColumn(new SqlOutputColumn { Name = name, Entry = -1, Column = -1 });
            }
        }

        // Only the names are kept.
        var names = _scopes.ColumnCount - rightEnd;
        for (var c = 0; c < names; c++)
        {
            _scopes.Column(left + c) = _scopes.Column(rightEnd + c);
        }

        _scopes.CutColumns(left + names);
    }

    /// <summary>
    /// The columns of a run of entries in the order of a star, each with its entry: merged columns of a join come first, once.
    /// They are the last in the scopes' memory.
    /// </summary>
    private int Flatten(int start, int end, out bool open)
    {
        var result = _scopes.ColumnCount;
        open = false;
        for (var e = start; e < end; e++)
        {
            var entry = _scopes.Entry(e);
            if (!entry.ColumnsVisible)
            {
                continue;
            }

            open |= entry.Open;
            if (!Spend(1, entry.Token))
            {
                return result;
            }

            if (entry.ColumnsStart < 0)
            {
                var columns = entry.Relation!.Columns;
                for (var c = 0; c < columns.Length; c++)
                {
                    _scopes.AddColumn(new SqlOutputColumn { Name = _scopes.AddName(columns[c].Name.Utf8, columns[c].Name.Hash), Entry = e, Column = c });
                }

                continue;
            }

            for (var c = 0; c < entry.ColumnsCount; c++)
            {
                var column = _scopes.Column(entry.ColumnsStart + c);
                if (column.Entry < 0)
                {
                    column.Entry = e;
                }

                _scopes.AddColumn(column);
            }
        }

        for (var j = _scopes.Level(_level).JoinStart; j < _scopes.JoinCount; j++)
        {
            var join = _scopes.Join(j);
            if (join.Start >= start && join.End <= end && Spend((long)join.NamesCount * (_scopes.ColumnCount - result), 0))
            {
                Merge(result, join);
            }
        }

        return result;
    }

    // The join's run of columns: merged ones to its front, in the order of its names; those of its right side go.
    private readonly void Merge(int from, in SqlMergedJoin join)
    {
        var first = from;
        while (first < _scopes.ColumnCount && _scopes.Column(first).Entry < join.Start)
        {
            first++;
        }

        var place = first;
        for (var n = 0; n < join.NamesCount; n++)
        {
            var name = _scopes.Column(join.NamesStart + n).Name;
            var kept = false;
            for (var c = place; c < _scopes.ColumnCount && _scopes.Column(c).Entry < join.End; c++)
            {
                var column = _scopes.Column(c);
                if (!_scopes.IsName(column.Name, _scopes.Bytes(name), name.Hash))
                {
                    continue;
                }

                if (!kept)
                {
                    for (var m = c; m > place; m--)
                    {
                        _scopes.Column(m) = _scopes.Column(m - 1);
                    }

                    _scopes.Column(place++) = column;
                    kept = true;
                    continue;
                }

                for (var m = c; m + 1 < _scopes.ColumnCount; m++)
                {
                    _scopes.Column(m) = _scopes.Column(m + 1);
                }

                _scopes.CutColumns(_scopes.ColumnCount - 1);
                c--;
            }
        }
    }
}
