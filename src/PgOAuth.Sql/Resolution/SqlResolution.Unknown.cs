using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Resolution;

/// <content>
/// What the snapshot does not have. Where it may be behind, a name that is not found stands for an unknown object, and one that is
/// found may mean the next object of that name: the session may have dropped the first in its open transaction.
/// </content>
internal ref partial struct SqlResolution
{
    // What was there when the server was set up is in every snapshot, and TOAST tables are for nobody.
    private static bool IsServerSchema(scoped ReadOnlySpan<byte> schema) =>
        schema.SequenceEqual("information_schema"u8) || (schema.StartsWith("pg_"u8) && !schema.StartsWith("pg_temp"u8));

    private readonly SqlRelation? FindOrUnknownRelation(int token, int endToken) => FindRelation(token, endToken) ?? UnknownRelation(token, endToken);

    private readonly SqlRelation? FindOrUnknownRelation(scoped ReadOnlySpan<byte> schema, scoped ReadOnlySpan<byte> name) =>
        _catalog.FindRelation(schema, name) ?? (_allowUnknown && !IsServerSchema(schema) ? SqlRelation.Unknown(NameOf(schema), NameOf(name)) : null);

    private readonly SqlRelation? UnknownRelation(int token, int endToken) =>
        UnknownName(token, endToken, out var schema, out var name) ? SqlRelation.Unknown(schema, name) : null;

    /// <summary>A call of what the snapshot does not have.</summary>
    private readonly void UnknownFunction(int token, int endToken, SqlFunctionKind kind = SqlFunctionKind.Function)
    {
        if (!UnknownName(token, endToken, out var schema, out var name))
        {
            Missing("unknown function", token, endToken);
            return;
        }

        Add(SqlAccessKind.Call, null, token, endToken);
        _accesses.AddFunction(SqlFunction.Unknown(schema, name, kind));
    }

    private readonly bool UnknownName(int token, int endToken, out SqlName schema, out SqlName name)
    {
        schema = SqlName.Empty;
        name = SqlName.Empty;
        if (!_allowUnknown || endToken - token is not (1 or 3 or 5))
        {
            return false;
        }

        Span<byte> word = stackalloc byte[MaxName];
        if (endToken - token == 5 && !_catalog.Database.Is(word[..Fold(token, word)]))
        {
            return false;
        }

        if (endToken - token >= 3)
        {
            schema = new SqlName(word[..Fold(endToken - 3, word)]);
        }

        name = new SqlName(word[..Fold(endToken - 1, word)]);
        return !IsServerSchema(schema.Utf8);
    }

    private static SqlName NameOf(scoped ReadOnlySpan<byte> name) => name.IsEmpty ? SqlName.Empty : new SqlName(name);

    /// <summary>An access of a relation by its name in the text, with those that the name may mean beside it.</summary>
    private readonly int AddNamed(SqlAccessKind kind, SqlRelation relation, int token, int endToken, bool only = false)
    {
        var access = Add(kind, relation, token, endToken, only);
        if (_allowUnknown && endToken - token == 1)
        {
            Others(kind, relation, relation.Name.Utf8, token, endToken, only, functionsFrom: -1);
        }

        return access;
    }

    // The others of a name on the search path. Which of their columns a statement would use is not followed.
    private readonly void Others(SqlAccessKind kind, SqlRelation relation, ReadOnlySpan<byte> name, int token, int endToken, bool only, int functionsFrom)
    {
        if (IsServerSchema(relation.Schema.Utf8))
        {
            return;
        }

        foreach (var schema in _catalog.SearchPath)
        {
            if (_catalog.FindRelation(schema.Utf8, name) is { } other && !ReferenceEquals(other, relation))
            {
                var access = Add(kind, other, token, endToken, only);
                _accesses.SetEntire(access);
                if (functionsFrom >= 0)
                {
                    _accesses.CopyFunctions(functionsFrom, access);
                }
            }
        }
    }

    private void DefinedOthers(int node, SqlRelation relation)
    {
        if (_nodes[node].EndToken - _nodes[node].Token != 1)
        {
            return;
        }

        foreach (var schema in _catalog.SearchPath)
        {
            if (_catalog.FindRelation(schema.Utf8, relation.Name.Utf8) is { } other && !ReferenceEquals(other, relation))
            {
                Defined(node, other);
            }
        }
    }

    // An unknown relation has columns, but none by name.
    private readonly void HideUnknownColumns(ref SqlRangeEntry entry)
    {
        if (entry.Relation is { IsUnknown: true })
        {
            entry.ColumnsStart = _scopes.ColumnCount;
            entry.Open = true;
        }
    }

    /// <summary>Whether a column that a relation does not have may be a new one. Then all of it counts.</summary>
    private readonly bool IsNewColumn(SqlRelation relation, int access)
    {
        if (!_allowUnknown || IsServerSchema(relation.Schema.Utf8))
        {
            return false;
        }

        if (!relation.IsUnknown)
        {
            _accesses.SetEntire(access);
        }

        return true;
    }

    /// <summary>
    /// A column that nobody has by a name that anybody may: whether there is a relation that it can be a new column of. All of those
    /// that the statement has read so far count, for a star or a WITH item may show it here.
    /// </summary>
    private bool AreNewColumns()
    {
        if (!_allowUnknown)
        {
            return false;
        }

        var any = false;
        for (var e = 0; e < _scopes.EntryCount; e++)
        {
            if (_scopes.Entry(e).Relation is not null)
            {
                AccessOf(e);
            }
        }

        for (var a = 0; a < _accesses.Count; a++)
        {
            var access = _accesses.Accesses[a];
            any |= access.Kind == SqlAccessKind.Read && access.Relation is not null && IsNewColumn(access.Relation, a);
        }

        return any;
    }

    // A column that an outer level has may by now be a new one of a nearer level.
    private readonly void NewColumnsBelow(int found)
    {
        for (var l = _level; l != found; l = _scopes.Level(l).Parent)
        {
            var level = _scopes.Level(l);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                if (_scopes.Entry(e).Relation is { } relation)
                {
                    IsNewColumn(relation, AccessOf(e));
                }
            }
        }
    }

    private readonly void AddAllColumns(int access, SqlRelation relation, bool wholeRow, int token, int endToken)
    {
        _accesses.AddAllColumns(access, wholeRow, token, endToken);
        IsNewColumn(relation, access);
    }

    private void UnknownColumn(int token, int endToken)
    {
        if (!IsOpen() && !AreNewColumns())
        {
            Missing("unknown column", token, endToken);
        }
    }

    // A column of one entry: its relation's, when it is one.
    private void UnknownColumnOf(int entry, int token, int endToken)
    {
        if (IsOpen())
        {
            return;
        }

        var isNew = _scopes.Entry(entry).Relation is { } relation ? _allowUnknown && IsNewColumn(relation, AccessOf(entry)) : AreNewColumns();
        if (!isNew)
        {
            Missing("unknown column", token, endToken);
        }
    }

    // Of everything in a part of FROM, all columns.
    private void ReadEntirely(int start, int end, in SqlNode node)
    {
        for (var e = start; e < end && Spend(1, node.Token); e++)
        {
            if (_scopes.Entry(e).Relation is not null)
            {
                ReadAll(e, wholeRow: false, node.Token, node.EndToken);
            }
        }
    }

    /// <summary>The entry that <c>s.a</c> or <c>d.s.a</c> means, by its words: the relation may be another one by now. -1: none.</summary>
    private readonly int FindEntryByWords(int token, int endToken)
    {
        Span<byte> schema = stackalloc byte[MaxName];
        Span<byte> buffer = stackalloc byte[MaxName];
        if (endToken - token > 5 || (endToken - token == 5 && !_catalog.Database.Is(schema[..Fold(token, schema)])))
        {
            return -1;
        }

        var schemaName = schema[..Fold(endToken - 3, schema)];
        var name = buffer[..Fold(endToken - 1, buffer)];
        var hash = SqlName.HashOf(name);
        for (var l = _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            ref var level = ref _scopes.Level(l);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                ref var entry = ref _scopes.Entry(e);
                if (entry is { NameVisible: true, Aliased: false, Relation: not null } && _scopes.IsName(entry.Name, name, hash) &&
                    (entry.EndToken - entry.Token == 1 || entry.Relation.Schema.Is(schemaName)))
                {
                    return e;
                }
            }
        }

        return -1;
    }
}
