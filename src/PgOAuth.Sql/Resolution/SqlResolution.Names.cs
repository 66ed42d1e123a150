using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql.Resolution;

/// <content>What a name in an expression means: parse_relation.c's colNameToVar and refnameNamespaceItem, parse_expr.c's transformColumnRef.</content>
internal ref partial struct SqlResolution
{
    private const int MaxName = SqlText.MaxIdentifierBytes + 1;

    private enum NameMeaning
    {
        /// <summary>Nothing, and that is recorded; or something without access.</summary>
        None,
        Column,

        /// <summary>A whole row; not recorded yet.</summary>
        Row,
    }

    /// <summary>An unqualified column. Recorded where it is found: in the nearest level that has it.</summary>
    private bool FindColumn(scoped ReadOnlySpan<byte> name, int token, int endToken, bool localOnly = false)
    {
        var hash = SqlName.HashOf(name);
        var maybe = false;
        var certain = false;
        _found = null;
        for (var l = _level; l >= 0;)
        {
            ref var level = ref _scopes.Level(l);
            var found = false;
            if (!Spend(level.VisibleEnd - level.VisibleStart + 1, token))
            {
                return true;
            }

            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                ref var entry = ref _scopes.Entry(e);
                if (entry.ColumnsVisible)
                {
                    // Two that have it are merged by a join, or an error.
                    found |= FindColumnOf(e, name, hash, token, endToken);
                    maybe |= entry.Open;
                }
            }

            if (_allowUnknown && found && !certain)
            {
                NewColumnsBelow(l);
            }

            certain |= found;
            if (localOnly || (found && !_allowUnknown))
            {
                break;
            }

            l = level.Parent;
        }

        _certain = certain;
        return certain || (maybe && !localOnly);
    }

    /// <summary>A column of one entry, recorded.</summary>
    private bool FindColumnOf(int e, scoped ReadOnlySpan<byte> name, uint hash, int token, int endToken)
    {
        ref var entry = ref _scopes.Entry(e);
        var found = false;
        if (_allowUnknown && entry.Relation is { IsUnknown: true })
        {
            // A target is read where a name may be a column of its.
            AccessOf(e);
        }

        if (entry.ColumnsStart < 0)
        {
            var index = entry.Relation!.IndexOf(name, hash);
            if (index >= 0)
            {
                _found = entry.Relation.Columns[index];
                _accesses.AddColumn(AccessOf(e), index, token, endToken);
                return true;
            }
        }
        else if (Spend(entry.ColumnsCount, token))
        {
            for (var c = entry.ColumnsStart; c < entry.ColumnsStart + entry.ColumnsCount; c++)
            {
                if (_scopes.IsName(_scopes.Column(c).Name, name, hash))
                {
                    found = true;
                    ReadColumn(e, c, token, endToken);
                }
            }
        }

        if (!found && entry.Relation is not null && SystemColumn(name) is > 0 and var number && HasSystemColumns(entry.Relation.Kind))
        {
            _accesses.AddSystemColumn(AccessOf(e), number, token, endToken);
            return true;
        }

        return found;
    }

    private void ReadColumn(int e, int c, int token, int endToken)
    {
        ref var column = ref _scopes.Column(c);
        if (column.Column < 0)
        {
            return;
        }

        var owner = column.Entry >= 0 ? column.Entry : e;
        _found = _scopes.Entry(owner).Relation!.Columns[column.Column];
        _accesses.AddColumn(AccessOf(owner), column.Column, token, endToken);
    }

    /// <summary>The access that reads of an entry's relation count to.</summary>
    private readonly int AccessOf(int e)
    {
        ref var entry = ref _scopes.Entry(e);
        if (entry.SameAs >= 0)
        {
            return AccessOf(entry.SameAs);
        }

        if (entry.Access < 0)
        {
            entry.Access = AddNamed(SqlAccessKind.Read, entry.Relation!, entry.Token, entry.EndToken, entry.Only);
        }

        return entry.Access;
    }

    /// <summary>All columns of an entry, for a star or as one value.</summary>
    private void ReadAll(int e, bool wholeRow, int token, int endToken)
    {
        ref var entry = ref _scopes.Entry(e);
        if (entry.Relation is not null)
        {
            AddAllColumns(AccessOf(e), entry.Relation, wholeRow, token, endToken);
            return;
        }

        for (var c = entry.ColumnsStart; c < entry.ColumnsStart + entry.ColumnsCount && Spend(1, token); c++)
        {
            ReadColumn(e, c, token, endToken);
        }
    }

    /// <summary>The entry an alias or unaliased name means, or -1.</summary>
    private readonly int FindEntry(scoped ReadOnlySpan<byte> name)
    {
        var hash = SqlName.HashOf(name);
        for (var l = _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            ref var level = ref _scopes.Level(l);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                ref var entry = ref _scopes.Entry(e);
                if (entry.NameVisible && _scopes.IsName(entry.Name, name, hash))
                {
                    return e;
                }
            }
        }

        return -1;
    }

    /// <summary>The entry that <c>a</c>, <c>s.a</c> or <c>d.s.a</c> means, or -1.</summary>
    private readonly int FindEntry(int token, int endToken)
    {
        if (endToken - token == 1)
        {
            Span<byte> name = stackalloc byte[MaxName];
            return FindEntry(name[..Fold(token, name)]);
        }

        if (_allowUnknown)
        {
            return FindEntryByWords(token, endToken);
        }

        var relation = endToken - token <= 5 ? FindRelation(token, endToken) : null;
        for (var l = relation is null ? -1 : _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            ref var level = ref _scopes.Level(l);
            for (var e = level.VisibleStart; e < level.VisibleEnd; e++)
            {
                ref var entry = ref _scopes.Entry(e);
                if (entry.NameVisible && !entry.Aliased && ReferenceEquals(entry.Relation, relation))
                {
                    return e;
                }
            }
        }

        return -1;
    }

    /// <summary>A column reference without star. Columns are recorded, whole rows left to the caller.</summary>
    private NameMeaning Reference(int token, int endToken, out int entry)
    {
        Span<byte> name = stackalloc byte[MaxName];
        entry = -1;
        _found = null;
        var last = name[..Fold(endToken - 1, name)];
        if (endToken - token == 1)
        {
            var found = FindColumn(last, token, endToken);
            entry = !found || !_certain || _allowUnknown ? FindEntry(last) : -1;
            if (!found)
            {
                if (entry < 0)
                {
                    UnknownColumn(token, endToken);
                }

                return entry >= 0 ? NameMeaning.Row : NameMeaning.None;
            }

            if (entry >= 0)
            {
                // It may be a column of something whose columns are not known, and it may be the row.
                ReadAll(entry, wholeRow: true, token, endToken);
                entry = -1;
            }
            else if (_allowUnknown && !_certain)
            {
                AreNewColumns();
            }

            return NameMeaning.Column;
        }

        entry = FindEntry(token, endToken - 2);
        if (entry < 0)
        {
            MissingEntry(token, endToken);
            return NameMeaning.None;
        }

        if (FindColumnOf(entry, last, SqlName.HashOf(last), token, endToken))
        {
            if (_allowUnknown)
            {
                ProjectIfCalled(entry, endToken - 1, token, endToken);
            }

            return NameMeaning.Column;
        }

        Project(entry, endToken - 1, token, endToken);
        return NameMeaning.None;
    }

    /// <summary>t.f where f is no column of t's: the call f(t).</summary>
    private void Project(int entry, int nameToken, int token, int endToken)
    {
        var open = _scopes.Entry(entry).Open;
        if (!ProjectIfCalled(entry, nameToken, token, endToken) && !open)
        {
            UnknownColumnOf(entry, token, endToken);
        }
    }

    private bool ProjectIfCalled(int entry, int nameToken, int token, int endToken)
    {
        if (ProjectionCall(nameToken, isRow: !_scopes.Entry(entry).IsFunction) < 0)
        {
            return false;
        }

        ReadAll(entry, wholeRow: true, token, endToken);
        return true;
    }

    /// <summary>Functions of one argument that the name behind a dot may mean: their access, or -1.</summary>
    /// <param name="nameToken">The name.</param>
    /// <param name="isRow">Whether what stands before the dot is a row: then functions of plain types are not meant.</param>
    private readonly int ProjectionCall(int nameToken, bool isRow)
    {
        Span<byte> name = stackalloc byte[MaxName];
        var access = -1;
        foreach (var function in _catalog.FindFunctions(default, name[..Fold(nameToken, name)]))
        {
            if (function.Kind != SqlFunctionKind.Procedure && function.Takes(1) && (!isRow || TakesRow(function)))
            {
                if (access < 0)
                {
                    access = Add(SqlAccessKind.Call, null, nameToken, nameToken + 1);
                }

                _accesses.AddFunction(function);
            }
        }

        return access;
    }

    private readonly bool TakesRow(SqlFunction function)
    {
        if (function.ArgumentTypes.Length == 0)
        {
            return false;
        }

        // Unknown to the catalog: it may be a row.
        var type = _catalog.FindType(function.ArgumentTypes[0]);
        return type is null || RowTypeOf(type) is not null || type.Kind is SqlTypeKind.Composite or SqlTypeKind.Pseudo;
    }

    /// <summary>The relation whose row a type is, also through domains.</summary>
    private readonly SqlRelation? RowTypeOf(SqlType? type)
    {
        while (type is { Kind: SqlTypeKind.Domain })
        {
            type = _catalog.FindType(type.BaseType);
        }

        return type?.Relation;
    }

    // Whether names that nobody knows are let pass.
    private readonly bool IsOpen()
    {
        for (var l = _level; l >= 0; l = _scopes.Level(l).Parent)
        {
            if (_scopes.Level(l).Open)
            {
                return true;
            }
        }

        return false;
    }

    private readonly void MissingEntry(int token, int endToken)
    {
        if (!IsOpen())
        {
            Missing("missing FROM entry", token, endToken);
        }
    }

    private static int SystemColumn(scoped ReadOnlySpan<byte> name)
    {
        if (name.Length == 8)
        {
            return name.SequenceEqual("tableoid"u8) ? 6 : 0;
        }

        if (name.Length != 4)
        {
            return 0;
        }

        return name[0] switch
        {
            (byte)'c' when name.SequenceEqual("ctid"u8) => 1,
            (byte)'x' when name.SequenceEqual("xmin"u8) => 2,
            (byte)'c' when name.SequenceEqual("cmin"u8) => 3,
            (byte)'x' when name.SequenceEqual("xmax"u8) => 4,
            (byte)'c' when name.SequenceEqual("cmax"u8) => 5,
            _ => 0,
        };
    }

    private static bool HasSystemColumns(SqlRelationKind kind) => kind is not (SqlRelationKind.View or SqlRelationKind.CompositeType);
}
