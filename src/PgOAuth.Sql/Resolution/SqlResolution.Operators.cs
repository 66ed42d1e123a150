using PgOAuth.Sql.Lexing;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>
/// Calls that no function's name tells: of operators and casts that somebody has made. Types of operands are not followed: every
/// operator of a name in the text counts whose types are the server's own or of which the statement may have a value; and every one whose
/// name means nothing else, because literals and parameters become what it takes. What belongs to a type itself (input and output,
/// sorting, CHECKs of domains) cannot be seen in a text, and is not.
/// </content>
internal ref partial struct SqlResolution
{
    private const int MaxTypeDepth = 16;

    /// <summary>To be called when all else is resolved.</summary>
    public void ImpliedCalls(int root, ReadOnlySpan<uint> parameterTypes)
    {
        if (Failed || (!_catalog.HasOperators && _catalog.Casts.IsEmpty && _scopes.Overloads.Count == 0))
        {
            return;
        }

        // What one gives may be what another takes.
        _statement = _nodes[root].Kind;
        var count = -1;
        while (count != _accesses.Count && !Failed)
        {
            count = _accesses.Count;
            _scopes.Types.Clear();
            for (var p = _nodes[root].Token; _catalog.HasOperators && p < _nodes[root].EndToken && Spend(1, p); p++)
            {
                Operators(p, root, parameterTypes);
            }

            foreach (var (function, token, endToken) in _scopes.Overloads)
            {
                if (MayBeTaken(function, root, parameterTypes))
                {
                    ImpliedCall(function, token, endToken);
                }
            }

            foreach (var cast in _catalog.Casts)
            {
                if (MayBe(cast.Source, root, parameterTypes) && MayBe(cast.Target, root, parameterTypes))
                {
                    ImpliedCall(cast.Function, _nodes[root].Token, _nodes[root].Token + 1);
                }
            }
        }
    }

    private void Operators(int p, int root, ReadOnlySpan<uint> parameterTypes)
    {
        switch (_tokens[p].Kind)
        {
            case T.Op or T.LessEquals or T.GreaterEquals or T.Plus or T.Minus or T.Slash or T.Percent or T.Caret or T.Less or T.Greater or T.Equal:
                Written(p, _text[_tokens[p].Start.._tokens[p].End], root, parameterTypes);
                break;
            case T.Star when IsOperator(p):
                Written(p, "*"u8, root, parameterTypes);
                break;
            case T.NotEquals:
                Written(p, "<>"u8, root, parameterTypes);
                break;

            // Words of the grammar that stand for operators by their names (gram.y, parse_clause.c).
            case T.Like:
                Meant(p, "~~"u8, root, parameterTypes);
                Meant(p, "!~~"u8, root, parameterTypes);
                break;
            case T.Ilike:
                Meant(p, "~~*"u8, root, parameterTypes);
                Meant(p, "!~~*"u8, root, parameterTypes);
                break;
            case T.Similar:
                Meant(p, "~"u8, root, parameterTypes);
                Meant(p, "!~"u8, root, parameterTypes);
                break;
            case T.Between:
                Meant(p, ">="u8, root, parameterTypes);
                Meant(p, "<="u8, root, parameterTypes);
                Meant(p, "<"u8, root, parameterTypes);
                Meant(p, ">"u8, root, parameterTypes);
                break;
            case T.In:
                Meant(p, "="u8, root, parameterTypes);
                Meant(p, "<>"u8, root, parameterTypes);
                break;
            case T.Nullif or T.Case or T.Natural or T.Using or T.Distinct:
                Meant(p, "="u8, root, parameterTypes);
                break;
        }
    }

    // Whether a star multiplies: behind an operand, or within OPERATOR(..).
    private readonly bool IsOperator(int star)
    {
        var first = star;
        while (first >= 2 && _tokens[first - 1].Kind == T.Dot)
        {
            first -= 2;
        }

        var isNamed = first >= 2 && _tokens[first - 1].Kind == T.LeftParen && _tokens[first - 2].Kind == T.Operator;
        return isNamed || (star > 0 && _tokens[star - 1].Kind is not (T.Dot or T.LeftParen or T.Comma or T.Select or T.All or T.Distinct or T.Returning));
    }

    private void Written(int p, ReadOnlySpan<byte> name, int root, ReadOnlySpan<uint> parameterTypes)
    {
        if (p > 1 && _tokens[p - 1].Kind == T.Dot)
        {
            // The result may not outlive names on the stack, for all the compiler knows.
            Span<byte> schema = _scopes.Schema;
            Found(_catalog.FindOperators(schema[..Fold(p - 2, schema)], name), p, root, parameterTypes, isOnlyMeaning: true);
            return;
        }

        Found(_catalog.FindOperators(default, name), p, root, parameterTypes, !SqlServerOperators.Contains(name));
    }

    private void Meant(int p, ReadOnlySpan<byte> name, int root, ReadOnlySpan<uint> parameterTypes) =>
        Found(_catalog.FindOperators(default, name), p, root, parameterTypes, isOnlyMeaning: false);

    private void Found(ReadOnlySpan<SqlCustomOperator> operators, int p, int root, ReadOnlySpan<uint> parameterTypes, bool isOnlyMeaning)
    {
        foreach (var one in operators)
        {
            if (isOnlyMeaning || (MayBe(one.Left, root, parameterTypes) && MayBe(one.Right, root, parameterTypes)))
            {
                ImpliedCall(one.Function, p, p + 1);
            }
        }
    }

    private readonly void ImpliedCall(SqlFunction function, int token, int endToken)
    {
        var called = _scopes.Called;
        if (called.Count == 0)
        {
            foreach (ref readonly var access in _accesses.Accesses)
            {
                foreach (var one in access.Kind == SqlAccessKind.Call ? _accesses.Functions(access) : default)
                {
                    called.Add(one);
                }
            }
        }

        if (called.Add(function))
        {
            Add(SqlAccessKind.Call, null, token, endToken);
            _accesses.AddFunction(function);
        }
    }

    private bool MayBeTaken(SqlFunction function, int root, ReadOnlySpan<uint> parameterTypes)
    {
        foreach (var type in function.ArgumentTypes)
        {
            if (!MayBe(type, root, parameterTypes))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the statement may have a value of this type. Those of the server's own are everywhere.</summary>
    private bool MayBe(uint oid, int root, ReadOnlySpan<uint> parameterTypes)
    {
        // The same for every operator; what is found meanwhile counts in the next round.
        if (!_scopes.Types.TryGetValue(oid, out var may))
        {
            may = IsPresent(oid, root, parameterTypes);
            _scopes.Types.Add(oid, may);
        }

        return may;
    }

    private bool IsPresent(uint oid, int root, ReadOnlySpan<uint> parameterTypes)
    {
        var type = oid == 0 ? null : _catalog.FindType(oid);
        for (var depth = 0; depth < MaxTypeDepth && type is { BaseType: > 0, Kind: SqlTypeKind.Base or SqlTypeKind.Domain }; depth++)
        {
            // Arrays are made of their elements.
            type = _catalog.FindType(type.BaseType);
        }

        return type is null || IsServerSchema(type.Schema.Utf8) || IsRead(type) || IsGiven(type) || IsWritten(type, root) || IsDeclared(type, parameterTypes);
    }

    // Among the columns that are read or written.
    private readonly bool IsRead(SqlType type)
    {
        foreach (ref readonly var access in _accesses.Accesses)
        {
            if (access.Relation is not { } relation)
            {
                continue;
            }

            if (relation.IsUnknown || (access.Flags & SqlAccessFlags.Entire) != 0 || ReferenceEquals(relation, type.Relation))
            {
                return true;
            }

            var columns = _accesses.Columns(access);
            for (var c = 0; c < relation.Columns.Length; c++)
            {
                if ((columns[c >> 6] >> (c & 63) & 1) != 0 && Holds(relation.Columns[c].Type, type, MaxTypeDepth))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Among what functions take and give: a parameter or literal becomes what is taken.
    private readonly bool IsGiven(SqlType type)
    {
        foreach (ref readonly var access in _accesses.Accesses)
        {
            foreach (var function in _accesses.Functions(access))
            {
                var holds = function.IsUnknown || Holds(function.ReturnType, type, MaxTypeDepth);
                foreach (var argument in function.ArgumentTypes)
                {
                    holds = holds || Holds(argument, type, MaxTypeDepth);
                }

                foreach (var column in function.OutColumns)
                {
                    holds = holds || Holds(column.Type, type, MaxTypeDepth);
                }

                if (holds)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // By its name or that of a type that holds it: in a cast, a column's definition, ..
    private bool IsWritten(SqlType type, int root)
    {
        for (var i = _nodes[root].First; i <= root; i++)
        {
            ref var node = ref _nodes[i];
            var isHere = node.Kind switch
            {
                N.TypeName => IsNamed(type, node.Token, node.EndToken),

                // A literal behind its type's name; and a call that is a cast.
                N.TypeCast when _nodes[i - 1].Kind != N.TypeName => IsNamed(type, node.Token, node.EndToken),
                N.FuncCall when (node.Flags & (F.SpecialSyntax | F.TypeNamed)) == 0 => IsNamed(type, node.Token, node.Payload),
                _ => false,
            };
            if (isHere)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNamed(SqlType type, int token, int endToken)
    {
        Span<byte> name = stackalloc byte[MaxName];
        Span<byte> schema = stackalloc byte[MaxName];
        for (var p = token; p < endToken && Spend(1, p); p++)
        {
            if (_tokens[p].Kind is not (T.Ident or >= T.Abort))
            {
                continue;
            }

            var word = name[..Fold(p, name)];
            var named = p > 1 && _tokens[p - 1].Kind == T.Dot ? _catalog.FindType(schema[..Fold(p - 2, schema)], word) : _catalog.FindType(default, word);
            if (named is not null && Holds(named.Oid, type, MaxTypeDepth))
            {
                return true;
            }
        }

        return false;
    }

    private readonly bool IsDeclared(SqlType type, ReadOnlySpan<uint> parameterTypes)
    {
        foreach (var parameter in parameterTypes)
        {
            if (Holds(parameter, type, MaxTypeDepth))
            {
                return true;
            }
        }

        return false;
    }

    // Whether a value of a type is, or has in it, one of another.
    private readonly bool Holds(uint oid, SqlType type, int depth)
    {
        if (oid == type.Oid)
        {
            return true;
        }

        if (oid == 0 || depth == 0 || _catalog.FindType(oid) is not { } holder)
        {
            return false;
        }

        if (holder.Relation is { } row)
        {
            foreach (var column in row.Columns)
            {
                if (Holds(column.Type, type, depth - 1))
                {
                    return true;
                }
            }
        }

        return holder.BaseType != 0 && Holds(holder.BaseType, type, depth - 1);
    }
}
