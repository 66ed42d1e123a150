using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Syntax;
using F = PgOAuth.Sql.Syntax.SqlNodeFlags;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Sql.Resolution;

/// <content>Calls: parse_func.c's ParseFuncOrColumn. Overloads are told apart by the number of arguments only; all that fit count.</content>
internal ref partial struct SqlResolution
{
    private static readonly byte[][] SpecialNames = BuildSpecialNames();

    private static byte[][] BuildSpecialNames()
    {
        var names = new byte[Enum.GetValues<SqlSpecialFunction>().Length][];
        foreach (var function in Enum.GetValues<SqlSpecialFunction>())
        {
            names[(int)function] = System.Text.Encoding.UTF8.GetBytes(SqlSpecialFunctionNames.Of(function));
        }

        return names;
    }

    /// <summary>A call. Returns where to go on: at its arguments, or before them when they are done.</summary>
    private int Call(int i)
    {
        ref var node = ref _nodes[i];
        if ((node.Flags & F.TypeNamed) != 0)
        {
            // TREAT calls the system's function that has the type's name, whatever that is and does.
            Span<byte> name = stackalloc byte[MaxName];
            var called = _accesses.Count;
            if (Candidates(_catalog.FindFunctions("pg_catalog"u8, name[..LastWordOfType(node.Payload, name)]), 1, node.Token, node.EndToken))
            {
                NameArgument(called, 0, _nodes[node.Payload].First - 1);
            }

            return i - 1;
        }

        if ((node.Flags & F.SpecialSyntax) != 0)
        {
            Candidates(_catalog.FindFunctions("pg_catalog"u8, SpecialNames[node.Payload]), -1, node.Token, node.Token + 1);
            return i - 1;
        }

        var children = PushChildren(i);
        var arguments = CountArguments(node, children, out var plain);
        var nameEnd = node.Payload;
        var qualified = nameEnd - node.Token > 1;
        var single = plain && arguments == 1 && !qualified ? _scopes.Child(children) : -1;

        // f(t), where t is a row: a function of it, or its column f.
        if (single >= 0 && _nodes[single].Kind == N.ColumnRef && !IsStar(_nodes[single]))
        {
            RowCall(i, single);
            _scopes.CutChildren(children);
            return node.First - 1;
        }

        var functions = FindFunctions(node.Token, nameEnd);
        var access = _accesses.Count;
        if (arguments > 1 && !qualified && SqlText.IdentifierEquals(_text, _tokens[node.Token], "unnest"u8) && !AnyTakes(functions, arguments))
        {
            // In FROM, several arrays side by side are several calls.
            arguments = 1;
        }

        if (Candidates(functions, arguments, node.Token, nameEnd))
        {
            NameArguments(access, children, arguments);
        }
        else if (single < 0 || !IsTypeOrField(node.Token, single))
        {
            UnknownFunction(node.Token, nameEnd);
        }

        _scopes.CutChildren(children);
        return i - 1;
    }

    private static bool AnyTakes(ReadOnlySpan<SqlFunction> functions, int arguments)
    {
        foreach (var function in functions)
        {
            if (function.Takes(arguments))
            {
                return true;
            }
        }

        return false;
    }

    private void RowCall(int i, int argument)
    {
        ref var node = ref _nodes[i];
        ref var name = ref _nodes[argument];
        var meaning = Reference(name.Token, name.EndToken, out var entry);
        var functions = FindFunctions(node.Token, node.Token + 1);
        var access = _accesses.Count;
        var called = Candidates(functions, 1, node.Token, node.Token + 1);
        if (meaning == NameMeaning.Row)
        {
            Span<byte> field = stackalloc byte[MaxName];
            var column = field[..Fold(node.Token, field)];
            if (called)
            {
                ReadAll(entry, wholeRow: true, name.Token, name.EndToken);
            }
            else if (!FindColumnOf(entry, column, SqlName.HashOf(column), node.Token, node.EndToken) && (_allowUnknown || !_scopes.Entry(entry).Open))
            {
                UnknownFunction(node.Token, node.Token + 1);
                UnknownColumnOf(entry, node.Token, node.EndToken);
            }

            return;
        }

        if (called)
        {
            NameArgument(access, 0, argument);
        }
        else if (!Failed && !IsTypeOrField(node.Token, argument))
        {
            UnknownFunction(node.Token, node.Token + 1);
        }
    }

    // What an unknown function of one argument can be: a cast to a type of that name, or a field of a column that is a row, which
    // has been read already. Of other rows nobody writes it so, and a function made a moment ago must not pass for it.
    private readonly bool IsTypeOrField(int token, int argument)
    {
        Span<byte> name = stackalloc byte[MaxName];
        if (_catalog.FindType(default, name[..Fold(token, name)]) is not null)
        {
            return true;
        }

        ref var node = ref _nodes[argument];
        if (node.Kind != N.ColumnRef)
        {
            return false;
        }

        if (_found is not null)
        {
            return RowTypeOf(_catalog.FindType(_found.Type)) is not null;
        }

        // A name that may be a row's: then it is one of its columns, and all of them have been read.
        var entry = FindEntry(node.Token, node.EndToken);
        return entry >= 0 && _scopes.Entry(entry).Relation is { } relation && relation.IndexOf(name[..Fold(token, name)]) >= 0;
    }

    private readonly ReadOnlySpan<SqlFunction> FindFunctions(int token, int endToken)
    {
        // The result may not outlive names on the stack, for all the compiler knows.
        Span<byte> schema = _scopes.Schema;
        Span<byte> name = _scopes.Name;
        switch (endToken - token)
        {
            case 1:
                return _catalog.FindFunctions(default, name[..Fold(token, name)]);
            case 5 when _catalog.Database.Is(name[..Fold(token, name)]):
                token += 2;
                break;
            case 3:
                break;
            default:
                return default;
        }

        return _catalog.FindFunctions(schema[..Fold(token, schema)], name[..Fold(token + 2, name)]);
    }

    /// <summary>One access for all functions that fit; -1: any number of arguments fits. False: none does.</summary>
    private readonly bool Candidates(ReadOnlySpan<SqlFunction> functions, int arguments, int token, int endToken)
    {
        var access = -1;
        foreach (var function in functions)
        {
            if (arguments < 0 || function.Takes(arguments))
            {
                if (IsOverload(function, functions, arguments))
                {
                    _scopes.Overloads.Add((function, token, endToken));
                    continue;
                }

                if (access < 0)
                {
                    access = Add(SqlAccessKind.Call, null, token, endToken);
                }

                _accesses.AddFunction(function);
            }
        }

        return access >= 0;
    }

    /// <summary>
    /// Whether a function of somebody's own overloads one of the server's, and is meant only where there are values of its type: text stands
    /// where it takes that type, and text is what literals and parameters become (func_select_candidate in parse_func.c). So citext has its
    /// own max and replace, which nobody means who has no citext.
    /// </summary>
    private readonly bool IsOverload(SqlFunction function, ReadOnlySpan<SqlFunction> functions, int arguments)
    {
        if (arguments <= 0 || function.IsVariadic || IsServerSchema(function.Schema.Utf8))
        {
            return false;
        }

        foreach (var other in functions)
        {
            if (IsServerSchema(other.Schema.Utf8) && other.Takes(arguments) && HasTextForTypes(other, function, arguments))
            {
                return true;
            }
        }

        return false;
    }

    private readonly bool HasTextForTypes(SqlFunction other, SqlFunction function, int arguments)
    {
        var has = false;
        for (var a = 0; a < arguments; a++)
        {
            var type = function.ArgumentTypes[a];
            if (type == RegclassType || (IsOwnType(type) && (a >= other.ArgumentTypes.Length || other.ArgumentTypes[a] != TextType || IsCastTo(type))))
            {
                return false;
            }

            has |= IsOwnType(type);
        }

        return has;
    }

    private readonly bool IsOwnType(uint oid) =>
        _catalog.FindType(oid) is { Kind: SqlTypeKind.Base, BaseType: 0 } type && !IsServerSchema(type.Schema.Utf8);

    private readonly bool IsCastTo(uint type)
    {
        foreach (var cast in _catalog.Casts)
        {
            if (cast.Target == type && cast.IsImplicit)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many arguments; -1: cannot be told (WITHIN GROUP). They are the first of the children.</summary>
    /// <param name="node">The call.</param>
    /// <param name="children">Its pushed children.</param>
    /// <param name="plain">Nothing but plain arguments.</param>
    private readonly int CountArguments(in SqlNode node, int children, out bool plain)
    {
        var count = _scopes.ChildCount - children;
        var p = node.Payload + 1;
        plain = true;
        if (_tokens[p].Kind is T.RightParen or T.Star)
        {
            // mode() WITHIN GROUP (..)
            plain = false;
            return count > 0 && _nodes[_scopes.Child(children)].Kind == N.SortClause ? -1 : 0;
        }

        var arguments = 0;
        for (var c = 0; c < count; c++)
        {
            ref var child = ref _nodes[_scopes.Child(children + c)];
            var within = false;
            if (c > 0 || _tokens[p].Kind is T.Variadic or T.Distinct or T.All)
            {
                var comma = c == 0;
                plain &= c > 0;
                for (; p < child.Token; p++)
                {
                    comma |= _tokens[p].Kind == T.Comma;
                    within |= _tokens[p].Kind == T.Within;
                    plain &= _tokens[p].Kind != T.Variadic;
                }

                if (!comma || child.Kind is N.SortClause or N.WindowDef)
                {
                    plain = false;
                    return within ? -1 : arguments;
                }
            }

            arguments++;
            plain &= child.Kind != N.NamedArgExpr;
            p = child.EndToken;
        }

        // OVER name and the like have no node.
        while (p < node.EndToken && _tokens[p].Kind == T.RightParen)
        {
            p++;
        }

        plain &= p >= node.EndToken;
        return arguments;
    }

    private readonly void NameArguments(int access, int children, int arguments)
    {
        for (var a = 0; a < arguments; a++)
        {
            var argument = _scopes.Child(children + a);
            NameArgument(access, _nodes[argument].Kind == N.NamedArgExpr ? -1 : a, _nodes[argument].Kind == N.NamedArgExpr ? argument - 1 : argument);
        }
    }

    // An argument of type regclass, of whichever overload. Position -1: by name, so it may be any.
    private readonly void NameArgument(int access, int position, int argument)
    {
        var isName = false;
        var mayBeMissing = false;
        foreach (var function in _accesses.Functions(_accesses.Accesses[access]))
        {
            var types = function.ArgumentTypes;
            for (var t = position < 0 ? 0 : position; t < types.Length && (position < 0 || t == position); t++)
            {
                isName |= types[t] == RegclassType;

                // to_regclass and the cast's own function.
                if (function.ReturnType == RegclassType && types[t] == TextType)
                {
                    isName = true;
                    mayBeMissing = true;
                }
            }
        }

        if (!isName)
        {
            return;
        }

        ref var node = ref _nodes[argument];
        if (node.Kind == N.TypeCast && _nodes[argument - 1].Kind == N.TypeName && _nodes[argument - 1].First - 1 >= node.First &&
            (IsRegclass(_nodes[argument - 1].Token, _nodes[argument - 1].EndToken) || mayBeMissing))
        {
            argument = _nodes[argument - 1].First - 1;
        }
        else if (node.Kind == N.TypeCast && _nodes[node.First].Kind == N.TypeName && IsRegclass(node.Token, _nodes[node.First].EndToken))
        {
            argument--;
        }

        NameValue(argument, access, mayBeMissing, isArray: false);
    }
}
