using System.Numerics;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What each access of a statement needs (stage 7).</summary>
internal readonly ref struct AccessJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    // COPY (query) TO: what the query reads is copied.
    private readonly bool _copiesQuery;

    internal AccessJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
        foreach (ref readonly var access in _facts.Accesses.Accesses)
        {
            _copiesQuery |= access is { Kind: SqlAccessKind.CopyTo, Relation: null };
        }
    }

    /// <summary>The first refusal, or null.</summary>
    internal PolicyRefusal? Run()
    {
        for (var i = 1; i < _facts.Accesses.Count; i++)
        {
            if (CheckAccess(i) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private PolicyRefusal? CheckAccess(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var isMerge = access.Statement is SqlNodeKind.MergeStmt;
        switch (access.Kind)
        {
            case SqlAccessKind.Read:
                return CheckColumns(index, P.Select) ?? (_copiesQuery ? CheckColumns(index, P.Copy) : null);
            case SqlAccessKind.Insert:
                return CheckColumns(index, isMerge ? P.Insert | P.Merge : P.Insert);
            case SqlAccessKind.Update:
                return CheckColumns(index, isMerge ? P.Update | P.Merge : P.Update);
            case SqlAccessKind.Delete:
                return CheckRelation(index, isMerge ? P.Delete | P.Merge : P.Delete);
            case SqlAccessKind.Truncate:
                return CheckRelation(index, P.Truncate) ?? CheckCascade(index);
            case SqlAccessKind.Lock:
                // As in PostgreSQL, who may change rows may lock them. LOCK TABLE stops everybody else.
                return CheckRelation(index, access.LockStrength > 0 ? P.Update | P.Lock : P.Lock);
            case SqlAccessKind.CopyTo when access.Relation is null:
                return null;
            case SqlAccessKind.CopyTo:
            case SqlAccessKind.CopyFrom:
                return CheckColumns(index, P.Copy);
            case SqlAccessKind.CopyServerFile:
                return _judge.Check(PolicyRequest.OfEverything(P.DangerousServer), index);
            case SqlAccessKind.Call:
                return new CallJudge(_judge).CheckCall(index);
            case SqlAccessKind.Name:
                return new CallJudge(_judge).CheckName(index);
            case SqlAccessKind.SetSetting:
            case SqlAccessKind.ShowSetting:
                return new SettingJudge(_judge).Check(index);
            case SqlAccessKind.UsePrepared:
            case SqlAccessKind.UseCursor:
                return _judge.Check(PolicyRequest.OfSessionCommand, index);
            case SqlAccessKind.Create:
            case SqlAccessKind.Alter:
            case SqlAccessKind.Drop:
            case SqlAccessKind.Statement:
                return new DefinitionJudge(_judge).Check(index);
            default:
                return _judge.RefuseAccess("an access of unknown kind", index);
        }
    }

    // Which tables refer to it, nobody looks up: any may.
    private PolicyRefusal? CheckCascade(int index) =>
        _facts.Words[^1].Kind is T.Cascade ? _judge.Check(PolicyRequest.OfEverything(P.Truncate), index) : null;

    private PolicyRefusal? CheckRelation(int index, StatementPermissions anyOf) =>
        _facts.Accesses.Accesses[index].Relation is { } relation
            ? _judge.CheckRelation(anyOf, relation, index)
            : _judge.RefuseAccess("a relation that is not known", index);

    // Columns may be allowed by different rules, as in PostgreSQL; without columns, any rule about the relation will do.
    private PolicyRefusal? CheckColumns(int index, StatementPermissions anyOf)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        if (access.Relation is not { } relation)
        {
            return _judge.RefuseAccess("a relation that is not known", index);
        }

        if (relation.IsUnknown)
        {
            return _judge.CheckRelation(anyOf, relation, index);
        }

        var request = PolicyRequest.OfRelation(anyOf, relation);
        if ((access.Flags & SqlAccessFlags.Entire) != 0)
        {
            return _judge.Check(request.Whole(), index);
        }

        if (_judge.IsWhole(request))
        {
            return _judge.Check(request, index);
        }

        var any = false;
        var words = _facts.Accesses.Columns(access);
        for (var word = 0; word < words.Length; word++)
        {
            for (var bits = words[word]; bits != 0; bits &= bits - 1)
            {
                any = true;
                var column = (word * 64) + BitOperations.TrailingZeroCount(bits);
                if (CheckColumn(request.Column(relation.Columns[column].Name.Utf8), index, column) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        for (var number = 1; number < 8; number++)
        {
            if ((access.SystemColumns & (1 << number)) != 0)
            {
                any = true;
                if (CheckColumn(request.Column(SystemColumn(number)), index, SqlColumnReference.AllColumns - number) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return any ? null : _judge.Check(request, index);
    }

    private PolicyRefusal? CheckColumn(scoped in PolicyRequest request, int index, int column)
    {
        if (_judge.IsAllowed(request))
        {
            return null;
        }

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
}
