using System.Numerics;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What each access of a statement needs (stage 7).</summary>
internal ref struct AccessJudge
{
    private StatementJudge _judge;
    private readonly StatementFacts _facts;
    private readonly StatementRequirement _root;

    // COPY (query) TO: what the query reads is copied.
    private readonly bool _copiesQuery;

    internal AccessJudge(StatementJudge judge, StatementRequirement root)
    {
        _judge = judge;
        _facts = judge.Facts;
        _root = root;
        foreach (ref readonly var access in _facts.Accesses.Accesses)
        {
            _copiesQuery |= access is { Kind: SqlAccessKind.CopyTo, Relation: null };
        }
    }

    /// <summary>Whether a statement of this kind acts on things that are judged one by one, so that it needs no permission for everything.</summary>
    internal static bool IsCovered(SqlAccessList accesses, SqlNodeKind kind)
    {
        for (var i = 1; i < accesses.Count; i++)
        {
            ref readonly var access = ref accesses.Accesses[i];
            if (access.Statement == kind && IsCovering(accesses, access))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first refusal, or null.</summary>
    internal PolicyRefusal? Run()
    {
        for (var i = 1; i < _facts.Accesses.Count; i++)
        {
            if (!CheckAccess(i))
            {
                break;
            }
        }

        return _judge.Refusal;
    }

    private static bool IsCovering(SqlAccessList accesses, in SqlAccess access)
    {
        switch (access.Kind)
        {
            case SqlAccessKind.Call when access.Statement is SqlNodeKind.CallStmt:
                return IsProcedure(accesses, access);
            case SqlAccessKind.CopyTo:
            case SqlAccessKind.CopyFrom:
                return access.Statement is SqlNodeKind.CopyStmt;
            case SqlAccessKind.Truncate:
            case SqlAccessKind.Lock:
            case SqlAccessKind.Alter:
            case SqlAccessKind.Drop:
            case SqlAccessKind.Statement:
                return access.Relation is not null;
            case SqlAccessKind.Create:
                return access.Relation is not null || IsNamedInSchema(access.Statement);
            default:
                return false;
        }
    }

    // CALL takes no functions; should the list hold one of the same name, the call would not be it.
    private static bool IsProcedure(SqlAccessList accesses, in SqlAccess access)
    {
        foreach (var function in accesses.Functions(access))
        {
            if (function.Kind is SqlFunctionKind.Procedure)
            {
                return true;
            }
        }

        return false;
    }

    // What is created under a name of its own in a schema. Indexes, policies and their like go where their table is.
    private static bool IsNamedInSchema(SqlNodeKind kind) =>
        kind is SqlNodeKind.CreateStmt or SqlNodeKind.CreateTableAsStmt or SqlNodeKind.SelectStmt or SqlNodeKind.ViewStmt
            or SqlNodeKind.CreateSeqStmt or SqlNodeKind.CompositeTypeStmt or SqlNodeKind.CreateEnumStmt or SqlNodeKind.CreateRangeStmt
            or SqlNodeKind.CreateDomainStmt or SqlNodeKind.ExecuteStmt;

    private bool CheckAccess(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var isMerge = access.Statement is SqlNodeKind.MergeStmt;
        switch (access.Kind)
        {
            case SqlAccessKind.Read:
                return CheckColumns(index, P.Select) && (!_copiesQuery || CheckColumns(index, P.Copy));
            case SqlAccessKind.Insert:
                return CheckColumns(index, isMerge ? P.Insert | P.Merge : P.Insert);
            case SqlAccessKind.Update:
                return CheckColumns(index, isMerge ? P.Update | P.Merge : P.Update);
            case SqlAccessKind.Delete:
                return CheckRelation(index, isMerge ? P.Delete | P.Merge : P.Delete);
            case SqlAccessKind.Truncate:
                return CheckRelation(index, P.Truncate);
            case SqlAccessKind.Lock:
                // As in PostgreSQL, who may change rows may lock them. LOCK TABLE stops everybody else.
                return CheckRelation(index, access.LockStrength > 0 ? P.Update | P.Lock : P.Lock);
            case SqlAccessKind.CopyTo when access.Relation is null:
                return true;
            case SqlAccessKind.CopyTo:
            case SqlAccessKind.CopyFrom:
                return CheckColumns(index, P.Copy);
            case SqlAccessKind.CopyServerFile:
                return _judge.Check(PolicyRequest.OfEverything(P.DangerousServer), index);
            case SqlAccessKind.Call:
                return CheckCall(index);
            case SqlAccessKind.Name:
                return CheckName(index);
            case SqlAccessKind.SetSetting:
            case SqlAccessKind.ShowSetting:
                return CheckSetting(index);
            case SqlAccessKind.UsePrepared:
            case SqlAccessKind.UseCursor:
                return _judge.Check(PolicyRequest.OfSessionCommand, index);
            case SqlAccessKind.Create:
            case SqlAccessKind.Alter:
            case SqlAccessKind.Drop:
            case SqlAccessKind.Statement:
                return CheckDefinition(index);
            default:
                return _judge.RefuseAccess("an access of unknown kind", index);
        }
    }

    private bool CheckRelation(int index, StatementPermissions anyOf) =>
        _facts.Accesses.Accesses[index].Relation is { } relation
            ? _judge.Check(PolicyRequest.OfRelation(anyOf, relation), index)
            : _judge.RefuseAccess("a relation that is not known", index);

    // Columns may be allowed by different rules, as in PostgreSQL; without columns, any rule about the relation will do.
    private bool CheckColumns(int index, StatementPermissions anyOf)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        if (access.Relation is not { } relation)
        {
            return _judge.RefuseAccess("a relation that is not known", index);
        }

        var request = PolicyRequest.OfRelation(anyOf, relation);
        if (_judge.IsWhole(request, index))
        {
            return true;
        }

        var any = false;
        var words = _facts.Accesses.Columns(access);
        for (var word = 0; word < words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                any = true;
                var column = (word * 64) + BitOperations.TrailingZeroCount(bits);
                if (!CheckColumn(request.Column(relation.Columns[column].Name.Utf8), index, column))
                {
                    return false;
                }
            }
        }

        for (var number = 1; number < 8; number++)
        {
            if ((access.SystemColumns & (1 << number)) != 0)
            {
                any = true;
                if (!CheckColumn(request.Column(SystemColumn(number)), index, SqlColumnReference.AllColumns - number))
                {
                    return false;
                }
            }
        }

        return any || _judge.Check(request, index);
    }

    private bool CheckColumn(in PolicyRequest request, int index, int column)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var (token, endToken) = (access.Token, access.EndToken);
        foreach (ref readonly var reference in _facts.Accesses.References)
        {
            if (reference.Access == index && (reference.Column == column || (reference.Column == SqlColumnReference.AllColumns && column >= 0)))
            {
                (token, endToken) = (reference.Token, reference.EndToken);
                break;
            }
        }

        return _judge.Check(request, index, token, endToken);
    }

    private static ReadOnlySpan<byte> SystemColumn(int number) => number switch
    {
        1 => "ctid"u8,
        2 => "xmin"u8,
        3 => "cmin"u8,
        4 => "xmax"u8,
        5 => "cmax"u8,
        _ => "tableoid"u8,
    };

    // Every overload that the call may mean must be allowed.
    private bool CheckCall(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var functions = _facts.Accesses.Functions(access);
        if (functions.IsEmpty)
        {
            return _judge.RefuseAccess("a function that is not known", index);
        }

        foreach (var function in functions)
        {
            var isCall = function.Kind is SqlFunctionKind.Procedure && access.Statement is SqlNodeKind.CallStmt;
            var request = PolicyRequest.OfFunction(function, isCall);
            bool isFine;
            if (function.Schema.Is("pg_catalog"u8) && function.Name.Is("set_config"u8))
            {
                isFine = _judge.CheckNotDenied(request, index) && CheckSetConfig(index);
            }
            else if (SequenceRules.Of(function) is not P.None && SequenceRules.IsNamed(_facts.Accesses, function))
            {
                isFine = _judge.CheckNotDenied(request, index);
            }
            else
            {
                isFine = _judge.Check(request, index);
            }

            if (!isFine)
            {
                return false;
            }
        }

        return true;
    }

    // A relation that is only named is metadata; one that nextval and its like get is used.
    private bool CheckName(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        foreach (var function in _facts.Accesses.Functions(access))
        {
            var anyOf = SequenceRules.Of(function);
            if (anyOf != P.None
                && !_judge.Check(access.Relation is { } relation ? PolicyRequest.OfRelation(anyOf, relation) : PolicyRequest.OfEverything(anyOf), index))
            {
                return false;
            }
        }

        return true;
    }

    private bool CheckSetConfig(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        Span<byte> buffer = stackalloc byte[SettingReader.MaxLength];
        var words = _facts.Tokens.AsSpan(access.EndToken, Math.Max(0, _facts.Nodes[_facts.Statement.Root].EndToken - access.EndToken));
        if (!SettingReader.ReadArgument(_facts.Text, words, buffer, out var length))
        {
            return _judge.RefuseAccess("set_config takes its setting's name as a literal", index);
        }

        // Behind the value a comma or the bracket: then the value is one word.
        var value = words.Length > 4 && words[4].Kind is T.Comma or T.RightParen ? words.Slice(3, 1) : default;
        return CheckSetting(index, buffer[..length], value);
    }

    private bool CheckSetting(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var isShow = access.Kind is SqlAccessKind.ShowSetting;
        var words = _facts.Words;
        if (access.EndToken <= access.Token)
        {
            return isShow
                ? _judge.Check(PolicyRequest.OfSetting(default, isShow), index)
                : _judge.Check(PolicyRequest.OfSessionCommand, index);
        }

        Span<byte> buffer = stackalloc byte[SettingReader.MaxLength];
        if (!SettingReader.ReadName(_facts.Text, _facts.Tokens.AsSpan(access.Token, access.EndToken - access.Token), buffer, out var length))
        {
            return _judge.RefuseAccess("a setting that is not known", index);
        }

        ReadOnlySpan<byte> name = buffer[..length];
        if (isShow)
        {
            return _judge.Check(PolicyRequest.OfSetting(name, isShow), index);
        }

        if (_facts.Statement.Kind is not SqlNodeKind.VariableSetStmt)
        {
            // Of a function, role or database: its own permission says whether, and this only that it is not about who somebody is.
            return !ProtectedSettings.IsProtected(name) || RefuseSetting(index, name);
        }

        if (name.SequenceEqual("transaction_snapshot"u8))
        {
            return _judge.Check(PolicyRequest.OfSessionCommand, index);
        }

        if (SettingForms.IsReset(words))
        {
            // Back to what the session began with, which the proxy chose.
            return ProtectedSettings.IsProtected(name) ? RefuseSetting(index, name)
                : SettingRules.IsNeverSet(name) ? _judge.Check(PolicyRequest.OfSessionCommand, index)
                : _judge.Check(PolicyRequest.OfSetting(name, isShow), index);
        }

        return CheckSetting(index, name, ValueOf(access));
    }

    // The value is one word at the end of the statement, or it is none that is looked at.
    private readonly ReadOnlySpan<Sql.Lexing.SqlToken> ValueOf(in SqlAccess access)
    {
        var end = _facts.Nodes[_facts.Statement.Root].EndToken;
        if (_facts.Tokens[access.Token].Kind is T.Names or T.Schema && end - access.Token == 2)
        {
            return _facts.Tokens.AsSpan(access.Token + 1, 1);
        }

        return end - access.EndToken == 2 && _facts.Tokens[access.EndToken].Kind is T.To or T.Equal
            ? _facts.Tokens.AsSpan(access.EndToken + 1, 1)
            : default;
    }

    private bool CheckSetting(int index, ReadOnlySpan<byte> name, ReadOnlySpan<Sql.Lexing.SqlToken> value)
    {
        var isNever = SettingRules.IsNeverSet(name);
        if ((isNever || ProtectedSettings.IsRestricted(name)) && !SettingReader.IsHarmlessValue(_facts.Text, name, value))
        {
            return RefuseSetting(index, name);
        }

        return ProtectedSettings.IsProtected(name) ? RefuseSetting(index, name)
            : isNever ? _judge.Check(PolicyRequest.OfSessionCommand, index)
            : _judge.Check(PolicyRequest.OfSetting(name, isShow: false), index);
    }

    private bool RefuseSetting(int index, ReadOnlySpan<byte> name)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var subject = PolicyRequest.OfSetting(name, isShow: false).Describe() + " with this value";
        return _judge.Refuse(PolicyRefusalReason.NeverAllowed, subject, index, access.Token, access.EndToken);
    }

    private bool CheckDefinition(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var requirement = access.Statement == _facts.Statement.Kind ? _root : StatementRequirements.Of(access.Statement);
        if (requirement.IsDangerous)
        {
            // The statement itself was asked for it, and no relation's rule gives it.
            return true;
        }

        var permission = requirement.Permission is P.None ? P.Ddl : requirement.Permission;
        if (access.Relation is { } relation)
        {
            return _judge.Check(PolicyRequest.OfRelation(permission, relation), index);
        }

        if (access.Kind is SqlAccessKind.Create)
        {
            if (IsNamedInSchema(access.Statement) && access.EndToken > access.Token)
            {
                return CheckNewName(index, permission);
            }

            if (IsCovered(_facts.Accesses, access.Statement))
            {
                return true;
            }
        }

        return _judge.Check(PolicyRequest.OfEverything(permission), index);
    }

    private bool CheckNewName(int index, StatementPermissions permission)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        Span<byte> schema = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        var nameLength = SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[access.EndToken - 1], name);
        if (access.EndToken - access.Token >= 3)
        {
            var schemaLength = SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[access.EndToken - 3], schema);
            return _judge.Check(PolicyRequest.OfNewRelation(permission, schema[..schemaLength], name[..nameLength]), index);
        }

        if (IsTemporary(access.Token))
        {
            return _judge.Check(PolicyRequest.OfNewRelation(permission, "pg_temp"u8, name[..nameLength]), index);
        }

        return _facts.Catalog.CreationSchema is { } creation
            ? _judge.Check(PolicyRequest.OfNewRelation(permission, creation.Utf8, name[..nameLength]), index)
            : _judge.RefuseAccess("no schema to create it in", index);
    }

    // CREATE [LOCAL] TEMP [RECURSIVE] VIEW [IF NOT EXISTS] name, INTO TEMP [TABLE] name.
    private readonly bool IsTemporary(int token)
    {
        for (var i = token - 1; i >= 0; i--)
        {
            switch (_facts.Tokens[i].Kind)
            {
                case T.Temp or T.Temporary:
                    return true;
                case T.Table or T.View or T.Sequence or T.Recursive or T.If or T.Not or T.Exists or T.Unlogged:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
